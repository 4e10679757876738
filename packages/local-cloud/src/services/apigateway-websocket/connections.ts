import { randomBytes } from 'node:crypto';
import { STATUS_CODES, type IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type RawData, type WebSocket } from 'ws';
import {
  compileTemplate,
  createTokenBuckets,
  executeApiHost,
  type InvokeTarget,
  readHeaders,
  readQuery,
} from '../apigateway/index.ts';
import type { Connection, Handshake } from './connection.ts';
import { snapshotOf } from '../apigateway-v2/index.ts';
import { type Store, takeSnapshot } from './documents.ts';
import {
  connectEvent,
  disconnectEvent,
  messageEvent,
  requestContext,
  type EventKind,
  type RequestContext,
} from './events.ts';
import type { WebSocketApisOptions } from './index.ts';
import { authorize, callRoute, selectRoute } from './routes.ts';

/** Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-execution-service-websocket-limits-table.html */
export const MAX_MESSAGE_BYTES = 128 * 1024;
const IDLE_MS = 10 * 60_000;
const MAX_DURATION_MS = 2 * 60 * 60_000;
const GOING_AWAY = 1001;
/** How long a client may take to answer a close. */
const CLOSE_MS = 500;

export interface Connections {
  upgrade(target: InvokeTarget, request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void>;
  find(target: InvokeTarget, connectionId: string): Connection | undefined;
  count(apiId: string, stage: string): number;
  stop(): Promise<void>;
}

/** The connections of all clients, and what their messages set going. */
export function createConnections(
  store: Store,
  options: WebSocketApisOptions & { readonly now: () => number },
): Connections {
  const { now, invokeLambda, accountId, region } = options;
  const open = new Map<string, Connection>();
  const buckets = createTokenBuckets(now);

  function contextOf(connection: Connection, kind: EventKind): RequestContext {
    return requestContext(connection, kind, now());
  }

  function logAccess({ stage, authorizer = {} }: Connection, context: RequestContext, status: number): void {
    if (stage.accessLog === undefined) return;
    const variables = Object.fromEntries(
      Object.entries({
        ...context,
        status,
        'identity.sourceIp': (context['identity'] as { sourceIp: string }).sourceIp,
        ...Object.fromEntries(Object.entries(authorizer).map(([name, value]) => [`authorizer.${name}`, value])),
      })
        .filter(([, value]) => typeof value !== 'object')
        .map(([name, value]) => [name, String(value)]),
    );
    options.writeAccessLog?.(
      stage.accessLog.destinationArn,
      compileTemplate(stage.accessLog.format)(variables, { missing: '-' }),
    );
  }

  /** The protocol that `$connect` chose, or the status that refuses the client. */
  async function connect(connection: Connection): Promise<{ status: number; protocol?: string | undefined }> {
    const { apiId, stage, snapshot } = connection;
    const route = snapshot.routes.find(({ routeKey }) => routeKey === '$connect');
    const context = contextOf(connection, { eventType: 'CONNECT', routeKey: '$connect' });
    const arn = `arn:aws:execute-api:${region}:${accountId}:${apiId}/${stage.stageName}`;
    const refused = await authorize(connection, context, { invokeLambda, arn });
    const event = connectEvent(connection, {
      ...context,
      ...(connection.authorizer && { authorizer: connection.authorizer }),
    });
    const answer =
      refused !== undefined
        ? { status: refused, headers: {} }
        : route === undefined
          ? { status: 200, headers: {} }
          : await callRoute(connection, route, event, invokeLambda);
    logAccess(connection, context, answer.status);
    const protocol = Object.entries(answer.headers).find(
      ([name]) => name.toLowerCase() === 'sec-websocket-protocol',
    )?.[1];
    return { status: answer.status, ...(typeof protocol === 'string' && { protocol }) };
  }

  async function receive(connection: Connection, body: string): Promise<void> {
    const { snapshot, socket, stage, apiId } = connection;
    connection.lastActiveAt = now();
    const route = selectRoute(snapshot, body);
    const context = contextOf(connection, { eventType: 'MESSAGE', routeKey: route?.routeKey ?? '$default' });
    const refuse = (message: string, status: number): void => {
      socket?.send(JSON.stringify({ message, connectionId: connection.id, requestId: context.requestId }));
      logAccess(connection, context, status);
    };
    if (!buckets.take(`${apiId}/${stage.stageName}`, stage.throttle)) return refuse('Too Many Requests', 429);
    if (route === undefined) return refuse('Forbidden', 403);
    const answer = await callRoute(connection, route, messageEvent(connection, context, body), invokeLambda);
    if (answer.status >= 500) return refuse('Internal server error', answer.status);
    if (route.responds && answer.body !== undefined) socket?.send(answer.body);
    logAccess(connection, context, answer.status);
  }

  /** Best effort, as on AWS: a failure is nobody's to see. */
  async function disconnect(connection: Connection, code: number, reason: string): Promise<void> {
    open.delete(connection.id);
    const route = connection.snapshot.routes.find(({ routeKey }) => routeKey === '$disconnect');
    const more = { disconnectStatusCode: code, disconnectReason: reason };
    const context = contextOf(connection, { eventType: 'DISCONNECT', routeKey: '$disconnect', more });
    const answer =
      route === undefined
        ? { status: 200 }
        : await callRoute(connection, route, disconnectEvent(connection, context), invokeLambda);
    logAccess(connection, context, answer.status);
  }

  function accept(connection: Connection, socket: WebSocket): void {
    connection.socket = socket;
    open.set(connection.id, connection);
    const end = (reason: string): void => socket.close(GOING_AWAY, reason);
    const longest = setTimeout(end, MAX_DURATION_MS, 'Connection duration exceeded');
    const idle = setTimeout(end, IDLE_MS, 'Idle connection timed out');
    longest.unref();
    idle.unref();
    socket.on('ping', () => idle.refresh());
    socket.on('message', (data: RawData) => {
      idle.refresh();
      void receive(connection, textOf(data));
    });
    // Of a message that is none, or too long: the socket closes by itself, with the code that says so.
    socket.on('error', () => undefined);
    socket.on('close', (code, reason) => {
      clearTimeout(longest);
      clearTimeout(idle);
      void disconnect(connection, code, reason.toString());
    });
  }

  return {
    async upgrade(target, request, socket, head) {
      socket.on('error', () => socket.destroy());
      const stage = store.stages.get(target.stage, target.apiId);
      const snapshot =
        stage === undefined ? undefined : snapshotOf(store, target.apiId, stage, (id) => takeSnapshot(store, id));
      if (stage === undefined || snapshot === undefined) return refuseHandshake(socket, 403);
      const connection: Connection = {
        id: `${randomBytes(11).toString('base64url')}=`,
        apiId: target.apiId,
        stage,
        snapshot,
        handshake: readHandshake(target, request, region),
        connectedAt: now(),
        lastActiveAt: now(),
      };
      const { status, protocol } = await connect(connection);
      if (status < 200 || status > 299) return refuseHandshake(socket, status);
      serverFor(protocol).handleUpgrade(request, socket, head, (accepted) => accept(connection, accepted));
    },
    find({ apiId, stage }, connectionId) {
      const connection = open.get(connectionId);
      return connection?.apiId === apiId && connection.stage.stageName === stage ? connection : undefined;
    },
    count: (apiId, stage) =>
      [...open.values()].filter((each) => each.apiId === apiId && each.stage.stageName === stage).length,
    async stop() {
      const sockets = [...open.values()].flatMap(({ socket }) => (socket === undefined ? [] : [socket]));
      const closed = sockets.map((socket) => new Promise((resolve) => socket.once('close', resolve)));
      for (const socket of sockets) socket.close(GOING_AWAY, 'Going away');
      const late = setTimeout(() => sockets.forEach((socket) => socket.terminate()), CLOSE_MS);
      await Promise.all(closed);
      clearTimeout(late);
    },
  };
}

/** The protocol is the function's to choose; by itself, ws would take the first that is offered. */
function serverFor(protocol: string | undefined): WebSocketServer {
  return new WebSocketServer({
    noServer: true,
    maxPayload: MAX_MESSAGE_BYTES,
    clientTracking: false,
    handleProtocols: (offered) => (protocol !== undefined && offered.has(protocol) ? protocol : false),
  });
}

/** Binary frames are taken as text: API Gateway knows text messages only. */
function textOf(data: RawData): string {
  return (Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data as Buffer)).toString('utf8');
}

function readHandshake(target: InvokeTarget, request: IncomingMessage, region: string): Handshake {
  const { headers, headerNames } = readHeaders(request.rawHeaders);
  const named = [...headers].map(([key, values]) => [headerNames.get(key) ?? key, values] as const);
  return {
    headers: new Map(named),
    query: readQuery(target.path.split('?').slice(1).join('?')),
    sourceIp: (target.sourceIp ?? request.socket.remoteAddress ?? '').replace(/^::ffff:/, ''),
    userAgent: headers.get('user-agent')?.at(-1),
    domainName: executeApiHost(target.apiId, region),
  };
}

function refuseHandshake(socket: Duplex, status: number): void {
  const body = JSON.stringify({ message: STATUS_CODES[status] ?? 'Error' });
  const headers = ['Content-Type: application/json', `Content-Length: ${Buffer.byteLength(body)}`, 'Connection: close'];
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}\r\n${headers.join('\r\n')}\r\n\r\n${body}`);
}
