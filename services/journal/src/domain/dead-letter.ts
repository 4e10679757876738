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

/** The call of a function that was given up. */
export interface GivenUpCall {
  readonly functionName: string;
  /** An alias or a version: `live`, `$LATEST`. */
  readonly qualifier: string | undefined;
  /** The event, as JSON. */
  readonly payload: string;
}

/** What a redrive does: it sends the message to a queue, or makes the call of a function again. */
export type Redrive = { readonly queue: string } | { readonly call: GivenUpCall };

/**
 * How a dead letter is redriven; undefined if it is not. A schedule's run is not: the schedule runs the job again, and all
 * that failed within an hour, called again at once, would be as many jobs side by side. A report is believed only about the
 * function whose queue it was in.
 */
export function redriveOf(
  { kind, queue, body }: Pick<Death, 'kind' | 'queue' | 'body'>,
  stage: string,
): Redrive | undefined {
  if (kind !== 'function') return { queue: sourceQueue(queue) };
  const { requestContext, requestPayload } = parse(body);
  const { functionArn } = (requestContext ?? {}) as { readonly functionArn?: unknown };
  const [, functionName = '', qualifier] = /:function:([^:]+)(?::([^:]+))?$/.exec(String(functionArn)) ?? [];
  const [service, name] = namesOf(queue, stage);
  if (functionName !== `${service}-${stage}-${name}`) return undefined;
  if (requestPayload === undefined || isOfSchedule(requestPayload)) return undefined;
  return { call: { functionName, qualifier, payload: JSON.stringify(requestPayload) } };
}

/** Of EventBridge's rules and of its Scheduler alike, where the schedule has no input of its own. */
const isOfSchedule = (event: unknown): boolean =>
  (event as { readonly 'detail-type'?: unknown } | null)?.['detail-type'] === 'Scheduled Event';

/** `dure-<stage>-<service>-<function>[-rule]-dlq`; service names may contain hyphens, function names do not. */
function namesOf(queue: string, stage: string): [string, string] | [] {
  const name = sourceQueue(queue).replace(`dure-${stage}-`, '');
  const cut = name.lastIndexOf('-');
  return cut === -1 ? [] : [name.slice(0, cut), name.slice(cut + 1)];
}

function kindOf(queue: string, json: Json): Kind {
  // Before the records of a stream were kept in a bucket, Lambda told the queue itself, and only where they stood.
  if (objectOf(json) !== undefined || 'DDBStreamBatchInfo' in json) return 'stream';
  // What EventBridge could not deliver for a schedule is in the function's own dead-letter queue.
  if ('requestContext' in json || isOfSchedule(json)) return 'function';
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
  const object = objectOf(json);
  if (object !== undefined) {
    return { reason: `The stream gave it up, and so did its redrive. Its records: ${object}`, errorName: undefined };
  }
  const { requestContext, responsePayload } = json as {
    requestContext?: { condition?: string };
    responsePayload?: { errorMessage?: string; errorType?: string };
  };
  const condition = requestContext?.condition ?? 'given up';
  const reason = responsePayload?.errorMessage ?? attributes['ERROR_MESSAGE'] ?? condition;
  return { reason, errorName: responsePayload?.errorType ?? attributes['ERROR_CODE'] };
}

/**
 * Where Lambda keeps what a stream gave up, by the notification of S3: `s3://bucket/aws/lambda/…`.
 * Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
 */
export function objectOf({ Records: records }: Json): string | undefined {
  const [record] = Array.isArray(records) ? (records as unknown[]) : [];
  const { s3 } = (record ?? {}) as { readonly s3?: { bucket?: { name?: unknown }; object?: { key?: unknown } } };
  const key = String(s3?.object?.key);
  return key.startsWith('aws/lambda/') ? `s3://${String(s3?.bucket?.name)}/${key}` : undefined;
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
