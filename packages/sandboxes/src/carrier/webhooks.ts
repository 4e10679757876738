import { signWebhook } from '@dure/webhooks/sign';
import type { CloudLog } from '@dure/local-cloud/shared/types';
import type { CarrierStore, WebhookRow } from './store.ts';

/** The receiver of webhooks, and the secret that signs them. */
export interface WebhookTarget {
  readonly url: string;
  readonly secret: string;
}

const TIMEOUT_MS = 5_000;
const MAX_ATTEMPTS = 30;
const LONGEST_PAUSE_MS = 30_000;

/** Sends due webhooks; one that is not accepted is retried with growing delays, thirty times at most. */
export async function sendDue(
  store: CarrierStore,
  target: WebhookTarget,
  log: CloudLog,
  copiesOf: () => number = () => 1,
): Promise<void> {
  const due = store.dueWebhooks(Date.now());
  // Postponed first: a webhook in flight when the process is killed is sent again.
  for (const webhook of due) store.putOffWebhook(Date.now() + pauseMs(webhook.attempts), webhook.id);
  await Promise.all(
    due.map(async (webhook) => {
      const copies = copiesOf();
      if (copies === 0) return store.endWebhook(webhook.id);
      await Promise.all(Array.from({ length: copies }, () => send(store, target, webhook, log)));
    }),
  );
}

const pauseMs = (attempts: number) =>
  Math.min(LONGEST_PAUSE_MS, 500 * 2 ** attempts) + (attempts === 0 ? TIMEOUT_MS : 0);

async function send(store: CarrierStore, target: WebhookTarget, webhook: WebhookRow, log: CloudLog): Promise<void> {
  const { id, body, attempts } = webhook;
  const answer = await post(target, { id, body });
  if (answer >= 200 && answer < 300) return store.endWebhook(id);
  if (attempts + 1 < MAX_ATTEMPTS) {
    if (attempts === 0) store.putOffWebhook(Date.now() + 500, id);
    return;
  }
  store.endWebhook(id);
  log('warn', 'The sandbox carrier gave up a webhook', { id, answer });
}

/** The status of the answer; 0 when there is none. */
async function post({ url, secret }: WebhookTarget, { id, body }: Pick<WebhookRow, 'id' | 'body'>): Promise<number> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...signWebhook({ id, body, now: Date.now() }, secret) },
      body,
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    await response.arrayBuffer();
    return response.status;
  } catch {
    return 0;
  }
}
