/** What was on the bus and is of no contract, or not from who may send it. */
export interface ForeignEvent {
  /** The bus's own: what the sender called it may be anything. */
  readonly id: string;
  readonly source: string;
  readonly detailType: string;
  /** Why it is foreign. */
  readonly reason: string;
  /** JSON text, without a return address; cut off where it is long. */
  readonly detail: string;
  /** Of the whole detail. */
  readonly bytes: number;
  readonly recordedAt: string;
}

export interface IncomingForeignEvent {
  readonly source: string;
  readonly 'detail-type': string;
  readonly detail?: unknown;
}

/** Enough to see what it is; the archive has all of it, and an item of a table takes 400 KB. */
const MAX_DETAIL_BYTES = 64 * 1024;
const MAX_REASON = 1000;
/** EventBridge's own limits; what came straight to the queue has none. */
const MAX_SOURCE = 256;
const MAX_DETAIL_TYPE = 128;

export function foreignEventOf(
  { source, 'detail-type': detailType, detail }: IncomingForeignEvent,
  { id, reason, recordedAt }: Pick<ForeignEvent, 'id' | 'reason' | 'recordedAt'>,
): ForeignEvent {
  const text = JSON.stringify(withoutReturnAddress(detail) ?? null);
  return {
    id,
    source: source.slice(0, MAX_SOURCE),
    detailType: detailType.slice(0, MAX_DETAIL_TYPE),
    reason: reason.slice(0, MAX_REASON),
    detail: firstBytes(text, MAX_DETAIL_BYTES),
    bytes: Buffer.byteLength(text),
    recordedAt,
  };
}

/** Whoever has it can answer in another's name. */
function withoutReturnAddress(detail: unknown): unknown {
  if (typeof detail !== 'object' || detail === null || Array.isArray(detail)) return detail;
  const { replyto: _, ...rest } = detail as Record<string, unknown>;
  return rest;
}

/** As many whole characters as fit. */
function firstBytes(text: string, limit: number): string {
  const bytes = Buffer.from(text);
  return bytes.length <= limit
    ? text
    : bytes
        .subarray(0, limit)
        .toString('utf8')
        .replace(/\ufffd+$/, '');
}
