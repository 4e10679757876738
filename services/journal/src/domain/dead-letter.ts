/** A message of a dead-letter queue, as SQS returns it. */
export interface BuriedMessage {
  readonly queue: string;
  readonly messageId: string;
  readonly body: string;
  readonly attributes: Readonly<Record<string, string>>;
  /** When it entered the dead-letter queue, or when it was first sent, as far as SQS knows. */
  readonly sentAt: string;
}

export interface EventSummary {
  readonly id: string;
  readonly type: string;
  readonly subject: string;
  readonly correlationid?: string;
}

export type Kind = 'message' | 'rule' | 'stream' | 'function';

/** One failure that ended in a dead-letter queue. */
export interface Death {
  readonly service: string;
  readonly consumer: string;
  readonly queue: string;
  readonly kind: Kind;
  readonly reason: string;
  readonly errorName?: string;
  readonly firstFailedAt: string;
  readonly diedAt: string;
  readonly event?: EventSummary;
  /** The original message, return address included, since a redrive sends it unchanged. */
  readonly body: string;
  readonly messageId: string;
}

export interface DeadLetter extends Omit<Death, 'diedAt' | 'messageId'> {
  readonly id: string;
  readonly status: 'open' | 'redriven';
  readonly deaths: number;
  readonly lastDiedAt: string;
  readonly redrives: readonly { readonly at: string; readonly actor: string }[];
}

type Json = Readonly<Record<string, unknown>>;

/** Reads a message of a dead-letter queue, whether a consumer, a rule, a stream, a function or SQS put it there. */
export function toDeath(message: BuriedMessage, stage: string): Death {
  const { queue, attributes, body, messageId, sentAt } = message;
  const json = parse(body);
  const kind = kindOf(queue, json);
  const [service = 'unknown', functionName = 'unknown'] = namesOf(queue, stage);
  return {
    service,
    consumer: `${service}/${functionName}`,
    queue,
    kind,
    ...causeOf(kind, attributes, json),
    firstFailedAt: attributes['firstFailedAt'] ?? sentAt,
    diedAt: sentAt,
    event: summaryOf(json),
    body,
    messageId,
  };
}

/** The queue that a dead-letter queue belongs to; for a stream's reader, its redrive queue. */
export const sourceQueue = (deadLetterQueue: string): string => deadLetterQueue.replace(/(-rule)?-dlq$/, '');

/** A scheduled job runs again by itself, so its failed run is not redriven. */
export const isRedrivable = ({ kind }: { readonly kind: Kind }): boolean => kind !== 'function';

/** `dure-<stage>-<service>-<function>[-rule]-dlq`; service names may contain hyphens, function names do not. */
function namesOf(queue: string, stage: string): [string, string] | [] {
  const name = sourceQueue(queue).replace(`dure-${stage}-`, '');
  const cut = name.lastIndexOf('-');
  return cut === -1 ? [] : [name.slice(0, cut), name.slice(cut + 1)];
}

function kindOf(queue: string, json: Json): Kind {
  if ('DDBStreamBatchInfo' in json) return 'stream';
  // What EventBridge could not deliver for a schedule is in the function's own dead-letter queue.
  if ('requestContext' in json || json['detail-type'] === 'Scheduled Event') return 'function';
  return queue.endsWith('-rule-dlq') ? 'rule' : 'message';
}

/** Source: https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html */
function causeOf(kind: Kind, attributes: Readonly<Record<string, string>>, json: Json) {
  if (kind === 'rule') {
    return {
      reason: attributes['ERROR_MESSAGE'] ?? 'The queue could not be reached',
      errorName: attributes['ERROR_CODE'],
    };
  }
  if (kind === 'message') {
    const reason =
      attributes['reason'] ?? 'It was received too often without being deleted: the function crashed or timed out';
    return { reason, errorName: attributes['errorName'] };
  }
  const { requestContext, responsePayload } = json as {
    requestContext?: { condition?: string };
    responsePayload?: { errorMessage?: string; errorType?: string };
  };
  const condition = requestContext?.condition ?? 'given up';
  const reason = responsePayload?.errorMessage ?? attributes['ERROR_MESSAGE'] ?? condition;
  return { reason, errorName: responsePayload?.errorType ?? attributes['ERROR_CODE'] };
}

function summaryOf(json: Json): EventSummary | undefined {
  const { id, type, subject, correlationid } = (json['detail'] ?? {}) as Partial<Record<string, unknown>>;
  if (typeof id !== 'string' || typeof type !== 'string' || typeof subject !== 'string') return undefined;
  return { id, type, subject, correlationid: typeof correlationid === 'string' ? correlationid : undefined };
}

/** The body as a JSON object; empty when it is none. */
export function parse(body: string): Json {
  try {
    const json: unknown = JSON.parse(body);
    return typeof json === 'object' && json !== null && !Array.isArray(json) ? (json as Json) : {};
  } catch {
    return {};
  }
}
