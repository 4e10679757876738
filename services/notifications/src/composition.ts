import { required } from '@dure/contracts/binding/environment';
import { openSettings } from '@dure/contracts/binding/settings';
import { openTable } from '@dure/contracts/binding/table';
import { webhookPoster } from '@dure/webhooks/post';
import type { DeliveryDependencies } from './application/attempt-delivery.ts';
import type { FollowDependencies, PushDependencies } from './application/follow-order.ts';
import type { TokenDependencies } from './application/issue-progress-token.ts';
import type { FactDependencies } from './application/record-facts.ts';
import type { EndpointDependencies } from './application/manage-endpoints.ts';
import type { MailDependencies } from './application/send-order-mail.ts';
import type { FanOutDependencies } from './application/fan-out-webhooks.ts';
import { createPost } from './channels/connections.ts';
import { createScheduleCatchUp, createScheduleAttempt } from './channels/queue.ts';
import { createSendMail } from './channels/ses.ts';
import { createPublishMilestone } from './channels/topic.ts';
import { parameters, setting, tokenSecret } from './composition-token.ts';
import { createConnections } from './store/connections.ts';
import { createDeliveries } from './store/deliveries.ts';
import { createEndpoints } from './store/endpoints.ts';
import { createLanes } from './store/lanes.ts';
import { createMails } from './store/mails.ts';
import { createOrders } from './store/orders.ts';
import { createPreferences } from './store/preferences.ts';

/**
 * The only place that reads the environment and creates clients. `@__PURE__` lets the bundler drop what a function does
 * not import.
 */

export const table = openTable(required('TABLE_NAME'));
export const orders = /* @__PURE__ */ createOrders(table);
export const mails = /* @__PURE__ */ createMails(table);
export const preferences = /* @__PURE__ */ createPreferences(table);
export const endpoints = /* @__PURE__ */ createEndpoints(table);
export const deliveries = /* @__PURE__ */ createDeliveries(table);
export const lanes = /* @__PURE__ */ createLanes(table);
export const connections = /* @__PURE__ */ createConnections(table);

export const factDependencies = (): FactDependencies => ({
  orders,
  endpoints,
  publish: createPublishMilestone(required('TOPIC_ARN')),
});

export const mailDependencies = (): MailDependencies => ({
  mails,
  preferences,
  send: createSendMail(openSettings(parameters(), ['email-from'])),
  now: Date.now,
});

const isLaptop = (): boolean => required('STAGE') === 'local';

export const scheduleAttempt = () => createScheduleAttempt(required('WEBHOOKS_QUEUE_URL'));

export const fanOutDependencies = (): FanOutDependencies => ({
  endpoints,
  deliveries,
  lanes,
  scheduleAttempt: scheduleAttempt(),
});

export const deliveryDependencies = (): DeliveryDependencies => ({
  ...fanOutDependencies(),
  post: webhookPoster({ inside: isLaptop(), userAgent: 'dure-notifications' }),
  now: Date.now,
});

export const endpointDependencies = (): EndpointDependencies => ({ endpoints, inside: isLaptop() });

export const tokenDependencies = (): TokenDependencies => ({
  table,
  secret: tokenSecret(),
  websocketUrl: setting('websocket-url'),
});

export const followDependencies = (): FollowDependencies => ({
  connections,
  orders,
  secret: tokenSecret(),
  scheduleCatchUp: createScheduleCatchUp(required('PUSH_QUEUE_URL')),
});

export const pushDependencies = (): PushDependencies => ({
  orders,
  connections,
  post: createPost(openSettings(parameters(), ['websocket-url'])),
  now: Date.now,
});
