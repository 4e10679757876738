import type { Emulators } from './emulators.ts';
import { createDestinations, type Destinations } from './lambda/asynchronous/index.ts';
import type { MessageAttributes } from './sqs/index.ts';

/** What asynchronous invocations are recorded in: queues, topics and buses of these emulators, and other functions. */
export function destinationsOf(
  { sqs, sns, eventBridge }: Emulators,
  invoke: (functionArn: string, payload: unknown) => void,
): Destinations {
  return createDestinations({
    sendToQueue: (arn, body, attributes = {}) => sqs.send(arn, body, { attributes: attributes as MessageAttributes }),
    publish: (arn, message, attributes) => sns.publish(arn, message, { attributes }),
    async putEvents(Entries) {
      const output = (await eventBridge.handle('PutEvents', { Entries })) as {
        FailedEntryCount?: number;
        Entries?: unknown;
      };
      if ((output.FailedEntryCount ?? 0) > 0)
        throw new Error(`EventBridge refused it: ${JSON.stringify(output.Entries)}`);
    },
    invoke,
  });
}

/** For who knows queues only: what else may be a destination is sent the same. */
export function toQueueOrDestination({ sendToQueue }: Emulators, { sendTo }: Destinations): Emulators['sendToQueue'] {
  return async (arn, body, options) => {
    if (arn.split(':')[2] === 'sqs') await sendToQueue(arn, body, options);
    else await sendTo(arn, JSON.parse(body) as object);
  };
}
