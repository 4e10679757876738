import type { WebSocket } from 'ws';
import type { CommonStage } from '../apigateway-v2/index.ts';
import type { Snapshot } from './documents.ts';

/** One client's connection, from its handshake on. Times are milliseconds since 1970. */
export interface Connection {
  readonly id: string;
  readonly apiId: string;
  readonly stage: CommonStage;
  readonly snapshot: Snapshot;
  readonly handshake: Handshake;
  readonly connectedAt: number;
  lastActiveAt: number;
  /** What the authorizer said; goes with every event. */
  authorizer?: Readonly<Record<string, unknown>>;
  socket?: WebSocket;
}

/** What a client sent to connect. Header names are as it wrote them. */
export interface Handshake {
  readonly headers: ReadonlyMap<string, readonly string[]>;
  readonly query: ReadonlyMap<string, readonly string[]>;
  readonly sourceIp: string;
  readonly userAgent: string | undefined;
  /** The API's name on AWS: `https://{domainName}/{stage}` is what functions answer to. */
  readonly domainName: string;
}
