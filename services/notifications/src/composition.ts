import { required } from '@dure/contracts/environment';
import { openSettings } from '@dure/contracts/settings';
import { openTable } from '@dure/contracts/table';
import type { Learning } from './application/learn.ts';
import type { Mailing } from './application/tell-by-mail.ts';
import { createSendMail } from './channels/ses.ts';
import { createTell } from './channels/topic.ts';
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

const parameters = () => `/dure/${required('STAGE')}/notifications`;

export const learning = (): Learning => ({ table, orders, tell: createTell(required('TOPIC_ARN')) });

export const mailing = (): Mailing => ({
  orders,
  mails,
  preferences,
  send: createSendMail(openSettings(parameters(), ['email-from'])),
  now: Date.now,
});
