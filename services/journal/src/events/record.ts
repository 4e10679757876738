import { onAny, Poison } from '@dure/contracts/binding/message';
import senders from '@dure/contracts/senders.json' with { type: 'json' };
import { recordEvent } from '../application/record-event.ts';
import { recordDays, store } from '../composition.ts';
import { sendersBy } from './senders.ts';

const days = recordDays();

export const record = onAny(async (envelope, call) => {
  const refusal = await recordEvent(store, call, envelope, days);
  if (refusal !== undefined) throw new Poison(`The message cannot be recorded: ${refusal}`);
}, sendersBy(senders));
