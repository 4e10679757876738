import { consumer } from '@dure/contracts/binding/consumer';
import { consumes } from '@dure/contracts/contract';
import { metric } from '@dure/contracts/binding/log';
import { on, Poison } from '@dure/contracts/binding/message';
import { sendOrderMail } from '../application/send-order-mail.ts';
import { mailDependencies } from '../composition.ts';
import { OrderMilestone } from '../messages.ts';

const using = mailDependencies();

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
    if (kind === 'confirmed') throw new Poison('No mail is sent when an order is confirmed.');
    const started = performance.now();
    const outcome = await sendOrderMail(using, id, { ...data, milestone: kind });
    call.log.info('mail', { ...metric('mail', outcome, performance.now() - started), orderId: data.orderId, kind });
  },
);

export const handler = consumer('email', [milestone]);
