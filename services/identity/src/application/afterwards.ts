import type { Call } from '@dure/contracts/binding/call';

/** Does what can be left out once the thing itself is done: that this fails is logged, and does not undo the answer. */
export async function afterwards({ log }: Call, what: string, run: () => Promise<unknown>): Promise<void> {
  try {
    await run();
  } catch (error) {
    log.error('what follows a change failed', { what, error });
  }
}
