import { api } from '@dure/contracts/binding/api';
import { table } from '../composition.ts';
import { changeWebhookEndpointHandler } from './change-webhook-endpoint.handler.ts';
import { createWebhookEndpointHandler } from './create-webhook-endpoint.handler.ts';
import { deleteWebhookEndpointHandler } from './delete-webhook-endpoint.handler.ts';
import { getPreferencesHandler } from './get-preferences.handler.ts';
import { getWebhookEndpointHandler } from './get-webhook-endpoint.handler.ts';
import { issueProgressTokenHandler } from './issue-progress-token.handler.ts';
import { listNotificationsHandler } from './list-notifications.handler.ts';
import { listWebhookDeliveriesHandler } from './list-webhook-deliveries.handler.ts';
import { listWebhookEndpointsHandler } from './list-webhook-endpoints.handler.ts';
import { rotateWebhookSecretHandler } from './rotate-webhook-secret.handler.ts';
import { setPreferencesHandler } from './set-preferences.handler.ts';
import { testWebhookEndpointHandler } from './test-webhook-endpoint.handler.ts';

export const handler = api({ table }, [
  getPreferencesHandler,
  setPreferencesHandler,
  listNotificationsHandler,
  issueProgressTokenHandler,
  createWebhookEndpointHandler,
  listWebhookEndpointsHandler,
  getWebhookEndpointHandler,
  changeWebhookEndpointHandler,
  deleteWebhookEndpointHandler,
  rotateWebhookSecretHandler,
  testWebhookEndpointHandler,
  listWebhookDeliveriesHandler,
]);
