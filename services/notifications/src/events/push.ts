import { consumer } from '@dure/contracts/binding/consumer';
import { consumes } from '@dure/contracts/contract';
import { on } from '@dure/contracts/binding/message';
import { pushToAll, pushToOne } from '../application/follow-order.ts';
import { pushDependencies } from '../composition.ts';
import { ConnectionReady, OrderMilestone } from '../messages.ts';

const using = pushDependencies();

const milestone = on(consumes(OrderMilestone, ['orderId']), ({ data }) => pushToAll(using, data.orderId));

const ready = on(consumes(ConnectionReady, ['connectionId']), ({ data }) => pushToOne(using, data.connectionId));

export const handler = consumer('push', [milestone, ready]);
