import { consumer } from '@dure/contracts/binding/consumer';
import { consumes } from '@dure/contracts/contract';
import { metric } from '@dure/contracts/binding/log';
import { on, Poison } from '@dure/contracts/binding/message';
import { tellByMail } from '../application/tell-by-mail.ts';
import { mailing } from '../composition.ts';
import { OrderMilestone } from '../messages.ts';

const using = mailing();

const milestone = on(
  consumes(OrderMilestone, [
    'orderId',
    'customerId',
    'milestone',
    'sequence',
    'status',
    'at',
    'orderSequence',
    'details',
  ]),
  async ({ id, data }, call) => {
    const { milestone: kind } = data;
    if (kind === 'confirmed') throw new Poison('Nobody is told by mail that an order is confirmed.');
    const started = performance.now();
    const outcome = await tellByMail(using, id, { ...data, milestone: kind });
    call.log.info('mail', { ...metric('mail', outcome, performance.now() - started), orderId: data.orderId, kind });
  },
);

export const handler = consumer('email', [milestone]);
