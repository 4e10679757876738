import type { IncomingMessage, ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { AwsError } from '@dure/aws-protocols/aws-error';
import type { InvokeTarget } from '../apigateway/index.ts';
import type { Connection } from './connection.ts';
import { MAX_MESSAGE_BYTES, type Connections } from './connections.ts';

type Manage = (target: InvokeTarget, request: IncomingMessage, response: ServerResponse) => Promise<void>;

const PATH = /^\/@connections\/([^/?]+)(?:\?|$)/;
const CLOSED_BY_SERVER = 1000;

/**
 * PostToConnection, GetConnection and DeleteConnection.
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-how-to-call-websocket-api-connections.html
 */
export function createManagement(connections: Connections): Manage {
  async function answer(target: InvokeTarget, request: IncomingMessage): Promise<{ status: number; body?: object }> {
    const data = await buffer(request);
    const id = PATH.exec(target.path)?.[1];
    if (id === undefined) throw new AwsError('NotFoundException', 'There is /@connections/{connectionId} only.', 404);
    const connection = connections.find(target, decodeURIComponent(id));
    if (connection?.socket === undefined) throw new AwsError('GoneException', 'The connection is gone.', 410);
    switch (request.method) {
      case 'POST':
        await post(connection, data);
        return { status: 200 };
      case 'GET':
        return { status: 200, body: view(connection) };
      case 'DELETE':
        connection.socket.close(CLOSED_BY_SERVER, 'Connection Closed Normally');
        return { status: 204 };
      default:
        throw new AwsError('ForbiddenException', 'Forbidden', 403);
    }
  }

  return async (target, request, response) => {
    try {
      const { status, body } = await answer(target, request);
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(body === undefined ? undefined : JSON.stringify(body));
    } catch (error) {
      const known = error instanceof AwsError ? error : new AwsError('InternalServerError', String(error), 500);
      response.writeHead(known.statusCode, { 'content-type': 'application/json', 'x-amzn-ErrorType': known.code });
      response.end(JSON.stringify({ message: known.message, connectionId: PATH.exec(target.path)?.[1] }));
    }
  };
}

/** Sent as text. Answered when it is handed to the network. */
async function post(connection: Connection, data: Buffer): Promise<void> {
  if (data.length > MAX_MESSAGE_BYTES) {
    throw new AwsError('PayloadTooLargeException', 'Message too long', 413);
  }
  await new Promise<void>((resolve, reject) => {
    connection.socket!.send(data.toString('utf8'), (error) => {
      if (error instanceof Error) reject(new AwsError('GoneException', 'The connection is gone.', 410));
      else resolve();
    });
  });
}

function view({ connectedAt, lastActiveAt, handshake }: Connection): object {
  return {
    connectedAt: new Date(connectedAt).toISOString(),
    lastActiveAt: new Date(lastActiveAt).toISOString(),
    identity: { sourceIp: handshake.sourceIp, userAgent: handshake.userAgent },
  };
}
