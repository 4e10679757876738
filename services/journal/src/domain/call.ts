/** A request to an API, as its access log tells it. */
export interface CallRecord {
  /** API Gateway's id of the request. */
  readonly id: string;
  /** ISO 8601, to the millisecond. */
  readonly at: string;
  readonly service: string;
  /** Method and route: `GET /v1/orders/{orderId}`, of a WebSocket connection `CONNECT $connect`. */
  readonly operation: string;
  /** Of a WebSocket connection, from its beginning to its end. */
  readonly connectionId?: string | undefined;
  readonly subject?: string | undefined;
  readonly clientId?: string | undefined;
  readonly tokenId?: string | undefined;
  readonly actor?: string | undefined;
  readonly apiKeyId?: string | undefined;
  readonly address: string;
  readonly status: number;
  readonly error?: string | undefined;
  readonly latencyMs: number;
  readonly traceId?: string | undefined;
}

/** What a list of calls may ask for. */
export interface CallFilter {
  readonly subject?: string | undefined;
  readonly clientId?: string | undefined;
  readonly tokenId?: string | undefined;
  readonly address?: string | undefined;
  readonly service?: string | undefined;
}

const FIELDS = ['subject', 'clientId', 'tokenId', 'address', 'service'] as const;

export const matches = (call: CallRecord, filter: CallFilter): boolean =>
  FIELDS.every((field) => filter[field] === undefined || call[field] === filter[field]);

/** A call's place among all: `2026-01-05T09:30:00.200Z#<id>`. */
export const placeOf = ({ at, id }: Pick<CallRecord, 'at' | 'id'>): string => `${at}#${id}`;

/** Milliseconds from a chunk's first call to its last are fewer. */
export const SPAN_MS = 2_000;
/** Calls of a chunk: compressed, far below the 400 KB of an item. */
const MAX_CALLS = 500;

/** Calls that one item keeps: of one day, less than {@link SPAN_MS} apart, oldest first. */
export type CallChunk = readonly [CallRecord, ...CallRecord[]];

/** Puts calls together that one item keeps. */
export function callChunksOf(calls: readonly CallRecord[]): CallChunk[] {
  const chunks: [CallRecord, ...CallRecord[]][] = [];
  for (const call of calls.toSorted((a, b) => (placeOf(a) < placeOf(b) ? -1 : 1))) {
    const chunk = chunks.at(-1);
    const fits =
      chunk !== undefined &&
      chunk.length < MAX_CALLS &&
      dayOf(call.at) === dayOf(chunk[0].at) &&
      Date.parse(call.at) - Date.parse(chunk[0].at) < SPAN_MS;
    if (fits) chunk.push(call);
    else chunks.push([call]);
  }
  return chunks;
}

/** `2026-01-05` */
export const dayOf = (instant: string): string => instant.slice(0, 10);
