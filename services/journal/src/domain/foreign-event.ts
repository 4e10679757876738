/** An event on the bus that belongs to no contract, or whose sender may not send it. */
export interface ForeignEvent {
  /** The id that the bus assigned: the sender's own may be anything. */
  readonly id: string;
  readonly source: string;
  readonly detailType: string;
  /** Why it is foreign. */
  readonly reason: string;
  /** JSON text without the return address, truncated when it is long. */
  readonly detail: string;
  /** Size of the whole detail. */
  readonly bytes: number;
  readonly recordedAt: string;
}

export interface IncomingForeignEvent {
  readonly source: string;
  readonly 'detail-type': string;
  readonly detail?: unknown;
}

/** Enough to recognise it; the archive has all of it, and a DynamoDB item holds 400 KB. */
const MAX_DETAIL_BYTES = 64 * 1024;
const MAX_REASON = 1000;
/** EventBridge's own limits; a message sent straight to the queue is not bound by them. */
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

/** Whoever holds a return address can answer in another's name. */
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
