import { ApiGatewayManagementApiClient, PostToConnectionCommand } from '@aws-sdk/client-apigatewaymanagementapi';
import { answerWithin } from '@dure/contracts/binding/deadline';
import type { ReadSettings } from '@dure/contracts/binding/settings';
import type { Post } from '../application/follow-order.ts';

/**
 * Posts to connections of the WebSocket API at the parameter `websocket-url` (`wss://…/{stage}`); its management API has
 * the same address.
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-how-to-call-websocket-api-connections.html
 */
export function createPost(settings: ReadSettings<'websocket-url'>): Post {
  const clients = new Map<string, ApiGatewayManagementApiClient>();
  const clientOf = (endpoint: string): ApiGatewayManagementApiClient => {
    const client =
      clients.get(endpoint) ??
      new ApiGatewayManagementApiClient({
        endpoint,
        maxAttempts: 3,
        requestHandler: answerWithin(3_000),
      });
    clients.set(endpoint, client);
    return client;
  };
  return async (ConnectionId, text) => {
    const { 'websocket-url': url } = await settings();
    if (url === undefined) throw new Error('The parameter websocket-url is missing.');
    const client = clientOf(url.replace(/^ws/, 'http'));
    try {
      await client.send(new PostToConnectionCommand({ ConnectionId, Data: Buffer.from(text) }));
      return 'sent';
    } catch (error) {
      if (isGone(error)) return 'gone';
      throw error;
    }
  };
}

const GONE = 410;

const isGone = (error: unknown): boolean =>
  (error as { readonly $metadata?: { readonly httpStatusCode?: number } }).$metadata?.httpStatusCode === GONE;
