import { batchConsumer, perSubject } from '@dure/contracts/binding/consumer';
import { consumes } from '@dure/contracts/contract';
import { on } from '@dure/contracts/binding/message';
import { pushToAll, pushToOne } from '../application/follow-order.ts';
import { pushDependencies } from '../composition.ts';
import { ConnectionReady, OrderMilestone } from '../messages.ts';

const using = pushDependencies();

type Follower = 'order' | 'connection';

const milestone = on(consumes(OrderMilestone, ['orderId']), (): Promise<Follower> => Promise.resolve('order'));

const ready = on(consumes(ConnectionReady, ['connectionId']), (): Promise<Follower> => Promise.resolve('connection'));

/** The subject of a message is its order or its connection; several about the same one are one catch-up. */
export const handler = batchConsumer(
  'push',
  [milestone, ready],
  perSubject<Follower>((subject, [first]) =>
    first?.item === 'order' ? pushToAll(using, subject) : pushToOne(using, subject),
  ),
);
