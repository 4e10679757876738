import { beginCall, type Call } from '@dure/contracts/binding/call';
import { lambda } from '@dure/contracts/binding/lambda';
import { metric } from '@dure/contracts/binding/log';
import { follow, unfollow } from './application/follow-order.ts';
import { followDependencies } from './composition.ts';

/** Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-route-keys-connect-disconnect.html */
interface SocketEvent {
  readonly requestContext: { readonly eventType: 'CONNECT' | 'MESSAGE' | 'DISCONNECT'; readonly connectionId: string };
  readonly queryStringParameters?: Readonly<Record<string, string>> | null;
}

const using = followDependencies();

/** Handles connect, message and disconnect of WebSocket connections. */
export const handler = lambda(async (event: SocketEvent) => {
  const started = performance.now();
  const call = beginCall();
  const { eventType, connectionId } = event.requestContext;
  const outcome = await outcomeOf(event, call);
  const done = metric(`socket.${eventType}`, outcome, performance.now() - started);
  call.log.info('socket', { ...done, connectionId });
  return { statusCode: outcome === 'ok' ? 200 : outcome === 'refused' ? 401 : 400 };
});

async function outcomeOf({ requestContext, queryStringParameters }: SocketEvent, call: Call) {
  const { eventType, connectionId } = requestContext;
  switch (eventType) {
    case 'CONNECT': {
      const { token = '', after = '0' } = queryStringParameters ?? {};
      if (!/^\d{1,9}$/.test(after)) return 'invalid';
      const input = { connectionId, token, after: Number(after) };
      return (await follow(using, input, Date.now(), call)) === 'refused' ? 'refused' : 'ok';
    }
    case 'MESSAGE':
      // Any message proves that the connection is open, and asks for what it lacks.
      await using.scheduleCatchUp(connectionId, 0, call);
      return 'ok';
    case 'DISCONNECT':
      await unfollow(using, connectionId);
      return 'ok';
    default:
      return eventType satisfies never;
  }
}
