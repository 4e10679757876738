import { required } from '@dure/contracts/binding/environment';
import { openSettings } from '@dure/contracts/binding/settings';
import { openTable } from '@dure/contracts/binding/table';
import { webhookPoster } from '@dure/contracts/binding/webhook-post';
import { emailChannel } from './channels/email.ts';
import { webhookChannel } from './channels/webhook.ts';
import { createStore } from './store.ts';

/**
 * The one place that reads the environment and makes clients. What is marked pure is left out of the bundles of functions
 * that do not import it.
 */

export const table = openTable(required('TABLE_NAME'));
export const store = /* @__PURE__ */ createStore(table);

const parametersOf = (stage: string) => `/dure/${stage}/alerts`;

/** Called by the function that may send e-mail. */
export function email() {
  const stage = required('STAGE');
  return emailChannel(openSettings(parametersOf(stage), ['email-from', 'email-to']), stage);
}

/** Called by the function that may read the webhook's secret. */
export function webhook() {
  const stage = required('STAGE');
  const post = webhookPoster({
    inside: stage === 'local',
    userAgent: 'dure-alerts',
  });
  return webhookChannel(post, openSettings(parametersOf(stage), ['webhook-url', 'webhook-secret']));
}
