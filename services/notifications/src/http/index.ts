import { api } from '@dure/contracts/binding/api';
import { table } from '../composition.ts';
import { changeWebhookEndpoint } from './change-webhook-endpoint.ts';
import { createWebhookEndpoint } from './create-webhook-endpoint.ts';
import { deleteWebhookEndpoint } from './delete-webhook-endpoint.ts';
import { getPreferences } from './get-preferences.ts';
import { getWebhookEndpoint, listWebhookEndpoints } from './get-webhook-endpoint.ts';
import { issueProgressToken } from './issue-progress-token.ts';
import { listNotifications } from './list-notifications.ts';
import { listWebhookDeliveries } from './list-webhook-deliveries.ts';
import { rotateWebhookSecret } from './rotate-webhook-secret.ts';
import { setPreferences } from './set-preferences.ts';
import { testWebhookEndpoint } from './test-webhook-endpoint.ts';

export const handler = api({ table }, [
  getPreferences,
  setPreferences,
  listNotifications,
  issueProgressToken,
  createWebhookEndpoint,
  listWebhookEndpoints,
  getWebhookEndpoint,
  changeWebhookEndpoint,
  deleteWebhookEndpoint,
  rotateWebhookSecret,
  testWebhookEndpoint,
  listWebhookDeliveries,
]);
