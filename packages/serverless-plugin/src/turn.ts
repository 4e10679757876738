/** Set where `npm run deploy` started the CLI: it packages services before those that they depend on are deployed. */
export const WAITS_FOR_TURN = 'DURE_WAITS_FOR_TURN';
/** From the CLI to `npm run deploy`: the service is packaged. */
export const PACKAGED = 'packaged';
/** The answer: what the service depends on is deployed. */
export const GO = 'go';

/**
 * Waits until `npm run deploy` says that what the service depends on is deployed. Returns at once where a person runs
 * the CLI.
 * @throws Error when the process that should say so is gone
 */
export async function waitForTurn(): Promise<void> {
  if (process.env[WAITS_FOR_TURN] === undefined) return;
  if (process.send === undefined) throw new Error(`${WAITS_FOR_TURN} is set, but npm run deploy did not start this.`);
  await new Promise<void>((resolve, reject) => {
    process.once('message', (message) => (message === GO ? resolve() : reject(new Error(`Not a turn: ${message}`))));
    process.once('disconnect', () => reject(new Error('npm run deploy has ended, so this service is not deployed.')));
    process.send?.(PACKAGED);
  });
  process.removeAllListeners('disconnect');
  process.disconnect();
}
