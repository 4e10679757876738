import { onAny, Poison } from '@dure/contracts/binding/message';
import senders from '@dure/contracts/senders.json' with { type: 'json' };
import { recordOf } from '../domain/recorded-event.ts';
import { sendersByType } from './senders-by-type.ts';

/** Reads what is to be recorded of a message. */
export const recordEventHandler = onAny((envelope, call) => {
  const record = recordOf(envelope, call.time);
  if (typeof record === 'string') throw new Poison(`The message cannot be recorded: ${record}`);
  return Promise.resolve(record);
}, sendersByType(senders));
