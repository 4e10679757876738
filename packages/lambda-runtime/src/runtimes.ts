/** Runtimes that run here, all on the Node.js of this machine. AWS takes no new function of an older one. */
const SUPPORTED = ['nodejs16.x', 'nodejs18.x', 'nodejs20.x', 'nodejs22.x', 'nodejs24.x'];
const RETIRED = /^nodejs(?:4\.3(?:-edge)?|6\.10|8\.10|10\.x|12\.x|14\.x)?$/;

/**
 * @throws TypeError for a runtime that does not run here
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html
 */
export function checkRuntime(runtime: string): void {
  if (SUPPORTED.includes(runtime)) return;
  if (RETIRED.test(runtime)) {
    throw new TypeError(
      `The runtime parameter of ${runtime} is no longer supported for creating or updating AWS Lambda functions. ` +
        `Use one of ${SUPPORTED.join(', ')}.`,
    );
  }
  throw new TypeError(`The runtime ${runtime} is not run here; use one of ${SUPPORTED.join(', ')}.`);
}

/** Up to Node.js 22 a handler may call back. */
export const hasCallbacks = (runtime: string): boolean => Number(/^nodejs(\d+)/.exec(runtime)?.[1]) < 24;
