import { required } from '@dure/contracts/binding/environment';
import { openSettings } from '@dure/contracts/binding/settings';
import { openTable } from '@dure/contracts/binding/table';
import { webhookPoster } from '@dure/contracts/binding/webhook-post';
import type { Attempting } from './application/attempt-delivery.ts';
import type { Following, Pushing } from './application/follow.ts';
import type { Issuing } from './application/issue-progress-token.ts';
import type { Learning } from './application/learn.ts';
import type { Managing } from './application/manage-endpoints.ts';
import type { Mailing } from './application/tell-by-mail.ts';
import type { FanningOut } from './application/webhooks.ts';
import { createPost } from './channels/connections.ts';
import { createReady, createSummon } from './channels/queue.ts';
import { createSendMail } from './channels/ses.ts';
import { createTell } from './channels/topic.ts';
import { createConnections } from './store/connections.ts';
import { createDeliveries } from './store/deliveries.ts';
import { createEndpoints } from './store/endpoints.ts';
import { createLanes } from './store/lanes.ts';
import { createMails } from './store/mails.ts';
import { createOrders } from './store/orders.ts';
import { createPreferences } from './store/preferences.ts';

/**
 * The one place that reads the environment and makes clients. What is marked pure is left out of the bundles of functions
 * that do not import it.
 */

export const table = openTable(required('TABLE_NAME'));
export const orders = /* @__PURE__ */ createOrders(table);
export const mails = /* @__PURE__ */ createMails(table);
export const preferences = /* @__PURE__ */ createPreferences(table);
export const endpoints = /* @__PURE__ */ createEndpoints(table);
export const deliveries = /* @__PURE__ */ createDeliveries(table);
export const lanes = /* @__PURE__ */ createLanes(table);
export const connections = /* @__PURE__ */ createConnections(table);

const parameters = () => `/dure/${required('STAGE')}/notifications`;

export const learning = (): Learning => ({ table, orders, tell: createTell(required('TOPIC_ARN')) });

export const mailing = (): Mailing => ({
  orders,
  mails,
  preferences,
  send: createSendMail(openSettings(parameters(), ['email-from'])),
  now: Date.now,
});

const isLaptop = (): boolean => required('STAGE') === 'local';

export const summon = () => createSummon(required('WEBHOOKS_QUEUE_URL'));

export const fanningOut = (): FanningOut => ({ endpoints, deliveries, lanes, summon: summon() });

export const attempting = (): Attempting => ({
  ...fanningOut(),
  post: webhookPoster({ inside: isLaptop(), userAgent: 'dure-notifications' }),
  now: Date.now,
});

export const managing = (): Managing => ({ endpoints, inside: isLaptop() });

type Setting = 'websocket-url' | 'token-secret';

/** A parameter of the service, which must be there. */
function setting(name: Setting): () => Promise<string> {
  const read = openSettings(parameters(), [name]);
  return async () => {
    const { [name]: value } = await read();
    if (value === undefined) throw new Error(`The parameter ${parameters()}/${name} is missing.`);
    return value;
  };
}

export const issuing = (): Issuing => ({
  table,
  secret: setting('token-secret'),
  websocketUrl: setting('websocket-url'),
});

export const following = (): Following => ({
  connections,
  secret: setting('token-secret'),
  ready: createReady(required('PUSH_QUEUE_URL')),
});

export const pushing = (): Pushing => ({
  orders,
  connections,
  post: createPost(openSettings(parameters(), ['websocket-url'])),
  now: Date.now,
});
