import { onAny, Poison } from '@dure/contracts/message';
import { recordEvent } from '../application/record-event.ts';
import { store } from '../composition.ts';

export const record = onAny(async (envelope, call) => {
  const refusal = await recordEvent(store, call, envelope);
  if (refusal !== undefined) throw new Poison(`The message cannot be recorded: ${refusal}`);
});
