/** The states of a CloudWatch alarm, and `NOTICE` for a message from an operator. */
export type AlertState = 'ALARM' | 'OK' | 'INSUFFICIENT_DATA' | 'NOTICE';

/** What the operators receive. The id is that of the SNS notification, the same for every subscriber. */
export interface Alert {
  readonly id: string;
  readonly state: AlertState;
  readonly title: string;
  readonly reason: string;
  readonly alarm?: Alarm;
  /** Whom a notice is for; without one, it is for the operators. */
  readonly owner?: Owner;
  readonly at: string;
}

/** Who answers for a service. Where a channel is missing, the operators' own is used. */
export interface Owner {
  readonly name: string;
  readonly email?: string;
  readonly webhook?: string;
}

export interface Alarm {
  readonly name: string;
  readonly description: string;
  readonly previousState: string;
  readonly arn: string;
  /** The region's display name, as CloudWatch sends it: `US East (N. Virginia)`. */
  readonly region: string;
}

/** An SNS notification; `message` is the parsed JSON, or the text when it is not JSON. */
export interface Notification {
  readonly id: string;
  readonly at: string;
  readonly subject?: string;
  readonly message: unknown;
}

const MAX_TITLE = 200;
const MAX_REASON = 10_000;
const STATES: readonly unknown[] = ['ALARM', 'OK', 'INSUFFICIENT_DATA'];

type Fields = Readonly<Record<string, unknown>>;

/**
 * Reads a message of the topic: a CloudWatch alarm, `{ "notice": "…" }`, or any other text. A notice may have an `id`, so
 * that one which is published twice is delivered once, and an `owner` whom it is for.
 * Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/AlarmThatSendsEmail.html
 */
export function toAlert(notification: Notification): Alert {
  const { id, at, subject, message } = notification;
  if (isObject(message) && typeof message['AlarmName'] === 'string' && STATES.includes(message['NewStateValue'])) {
    return alarmAlert(notification, message['AlarmName'], message);
  }
  const text = textOf(message);
  const [firstLine = ''] = text.split('\n');
  const fields = {
    at,
    state: 'NOTICE' as const,
    title: cut(subject ?? firstLine, MAX_TITLE),
    reason: cut(text, MAX_REASON),
  };
  if (!isObject(message) || typeof message['notice'] !== 'string') return { id, ...fields };
  const owner = ownerOf(message['owner']);
  return { id: idOf(message['id']) ?? id, ...fields, ...(owner && { owner }) };
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

const idOf = (id: unknown): string | undefined => (typeof id === 'string' && UUID.test(id) ? id : undefined);

function ownerOf(owner: unknown): Owner | undefined {
  if (!isObject(owner) || typeof owner['name'] !== 'string') return undefined;
  const { name, email, webhook } = owner;
  return {
    name: cut(name as string, MAX_TITLE),
    ...(typeof email === 'string' && { email }),
    ...(typeof webhook === 'string' && { webhook }),
  };
}

function alarmAlert({ id, at }: Notification, name: string, message: Fields): Alert {
  const text = (field: string): string => (typeof message[field] === 'string' ? message[field] : '');
  const changed = Date.parse(text('StateChangeTime'));
  return {
    id,
    state: message['NewStateValue'] as AlertState,
    title: name,
    reason: cut(text('NewStateReason'), MAX_REASON),
    alarm: {
      name,
      description: text('AlarmDescription'),
      previousState: text('OldStateValue'),
      arn: text('AlarmArn'),
      region: text('Region'),
    },
    at: Number.isNaN(changed) ? at : new Date(changed).toISOString(),
  };
}

function textOf(message: unknown): string {
  if (typeof message === 'string') return message;
  if (isObject(message) && typeof message['notice'] === 'string') return message['notice'];
  return JSON.stringify(message);
}

const isObject = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const cut = (text: string, length: number): string => (text.length <= length ? text : `${text.slice(0, length - 1)}…`);
