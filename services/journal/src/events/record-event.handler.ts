import { onAny, Poison } from '@dure/contracts/binding/message';
import senders from '@dure/contracts/senders.json' with { type: 'json' };
import { recordEvent } from '../application/record-event.ts';
import { recordDays, store } from '../composition.ts';
import { sendersByType } from './senders-by-type.ts';

const days = recordDays();

export const recordEventHandler = onAny(async (envelope, call) => {
  const refusal = await recordEvent(store, call, envelope, days);
  if (refusal !== undefined) throw new Poison(`The message cannot be recorded: ${refusal}`);
}, sendersByType(senders));
