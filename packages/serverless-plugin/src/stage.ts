const STAGE = /^[a-z][a-z0-9]{0,15}$/;

/**
 * Why a stage may not have this name; undefined if it may. Names are joined with hyphens, `dure-dev-orders-api`, and
 * policies, lists of queues and alarms match by prefix. With a hyphen in a stage's name, `dev` would reach resources of
 * `dev-live`.
 */
export function refusalOfStage(stage: string): string | undefined {
  if (STAGE.test(stage)) return undefined;
  const plain = stage.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
  const proposal = STAGE.test(plain) ? `, for instance "${plain}"` : '';
  return (
    `A stage's name is 1 to 16 lower case letters and digits, and this is "${stage}". A hyphen divides the parts of ` +
    `a name, so that no stage reaches what belongs to another. Take another name${proposal}.`
  );
}
