import { required } from '@dure/contracts/binding/environment';
import { openSettings } from '@dure/contracts/binding/settings';
import { openTable } from '@dure/contracts/binding/table';
import { webhookPoster } from '@dure/webhooks/post';
import { emailChannel } from './channels/email.ts';
import { webhookChannel } from './channels/webhook.ts';
import { createStore } from './store.ts';

/**
 * The only place that reads the environment and creates clients. `@__PURE__` lets the bundler drop what a function does
 * not import.
 */

export const table = openTable(required('TABLE_NAME'));
export const store = /* @__PURE__ */ createStore(table);

const parametersOf = (stage: string) => `/dure/${stage}/alerts`;

/** For the function that may send e-mail. */
export function email() {
  const stage = required('STAGE');
  return emailChannel(openSettings(parametersOf(stage), ['email-from', 'email-to']), stage);
}

/** For the function that may read the webhook secret. */
export function webhook() {
  const stage = required('STAGE');
  const post = webhookPoster({
    inside: stage === 'local',
    userAgent: 'dure-alerts',
  });
  return webhookChannel(post, openSettings(parametersOf(stage), ['webhook-url', 'webhook-secret']));
}
