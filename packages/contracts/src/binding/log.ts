/** Structured logs: one JSON line each on standard output, personal data masked. */

export type Fields = Readonly<Record<string, unknown>>;

export type Logger = Readonly<Record<Level, (message: string, fields?: Fields) => void>>;

const LEVELS = { debug: 10, info: 20, warn: 30, error: 40 } as const;
type Level = keyof typeof LEVELS;

/** Keys whose values never reach a log, at any depth: personal data, credentials, return addresses. */
const MASKED = new Set(
  (
    'email name line1 line2 city region postalCode shippingAddress address customer phone paymentMethod note ' +
    'authorization cookie password currentPassword newPassword secret token accessToken replyto replyTo apiKey'
  ).split(' '),
);

/** Milliseconds from the start of Node until the function was loaded, which the environment's first line says. */
let coldStart: number | undefined;

/** Called when the function is loaded. */
export const loaded = (): void => void (coldStart = Math.round(performance.now()));

/**
 * Makes a logger whose lines all have the service's name and `base`. `LOG_LEVEL` is the lowest level (`info`). When a line
 * was written is not in it, because CloudWatch Logs keeps it with each line.
 */
export function createLogger(base: Fields = {}): Logger {
  const common = { service: process.env['SERVICE_NAME'], ...base };
  const least = LEVELS[process.env['LOG_LEVEL'] as Level] ?? LEVELS.info;
  const write = (level: Level) => (message: string, fields?: Fields) => {
    if (LEVELS[level] < least) return;
    process.stdout.write(`${format({ level, message, ...common, ...fields, coldStart })}\n`);
    coldStart = undefined;
  };
  return { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') };
}

/** In UTF-16 code units. CloudWatch takes 1 MB per event, but longer lines are unreadable. */
const MAX_LINE = 16_384;

/**
 * Makes a line of `fields`: errors with their stack and cause, masked keys as `***`. A line of more than 16,384
 * characters is shortened and marked `truncated`. Never throws.
 */
export function format(fields: Fields): string {
  const line = whole(fields);
  return line.length > MAX_LINE ? cut(fields) : line;
}

function whole(fields: Fields): string {
  try {
    return stringify(fields);
  } catch {
    return stringify(Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, writable(value)])));
  }
}

/**
 * Shortens long fields to the beginning of their JSON, and keeps the first of many: they say what the line is about.
 */
function cut(fields: Fields): string {
  let line = '{';
  for (const [name, value] of Object.entries(fields)) {
    const key = JSON.stringify(name);
    const json = whole({ [name]: value }).slice(key.length + 2, -1);
    const shown = json.length > MAX_FIELD ? JSON.stringify(`${json.slice(0, MAX_FIELD)}…`) : json;
    const part = `${key}:${shown},`;
    if (json !== '' && line.length + part.length + TRUNCATED.length <= MAX_LINE) line += part;
  }
  return line + TRUNCATED;
}

const TRUNCATED = '"truncated":true}';
const MAX_FIELD = 2_048;

function stringify(fields: unknown): string {
  if (isPlain(fields)) return JSON.stringify(fields);
  return JSON.stringify(fields, (key, value: unknown) => {
    if (MASKED.has(key) && value !== undefined) return '***';
    // The key `name` is masked as a person's.
    if (value instanceof Error)
      return { errorName: value.name, message: value.message, stack: value.stack, cause: value.cause };
    return typeof value === 'bigint' ? String(value) : value;
  });
}

const MAX_DEPTH = 10;

/** Whether plain JSON suffices and nothing is to be masked. Checking first takes a fifth of a replacer's time. */
function isPlain(value: unknown, depth = 0): boolean {
  if (typeof value === 'bigint') return false;
  if (typeof value !== 'object' || value === null) return true;
  if (depth > MAX_DEPTH || value instanceof Error || 'toJSON' in value) return false;
  for (const key in value) {
    if (MASKED.has(key) || !isPlain((value as Fields)[key], depth + 1)) return false;
  }
  return true;
}

/** A circular or unreadable object loses its own field, not the whole line. */
function writable(value: unknown): unknown {
  try {
    stringify(value);
    return value;
  } catch (error) {
    const stack = value instanceof Error ? `${value.stack}\n` : '';
    return `${stack}cannot be written: ${String(error).split('\n')[0]}`;
  }
}

/** Distinguishes the stages of one account. */
const NAMESPACE = `Dure/${process.env['STAGE'] ?? 'local'}`;

/**
 * What makes metrics of numbers in a line.
 * Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
const embedded = (names: readonly string[]) => {
  const Metrics = names.map((Name) => ({ Name, Unit: 'None' }));
  const Dimensions = [['service', 'operation', 'outcome']];
  return { Timestamp: Date.now(), CloudWatchMetrics: [{ Namespace: NAMESPACE, Dimensions, Metrics }] };
};

/**
 * The fields that make a log line a CloudWatch metric as well: a duration, whose sample count is the number of
 * occurrences, and what else was measured, by service, operation and outcome. Each combination of these is billed. The
 * duration becomes a metric by a filter of the function's log group, which the serverless plugin makes.
 *
 * @example
 * ```ts
 * import type { Call } from '@dure/contracts/binding/call';
 * import { metric } from '@dure/contracts/binding/log';
 *
 * export function captured({ log }: Call, started: number, parcels: number) {
 *   log.info('capture', metric('capture', 'captured', performance.now() - started, { parcels }));
 * }
 * ```
 */
export function metric(
  operation: string,
  outcome: string,
  durationMs: number,
  measured: Readonly<Record<string, number>> = {},
): Fields {
  const names = Object.keys(measured);
  const _aws = names.length > 0 ? embedded(names) : undefined;
  return { _aws, operation, outcome, duration: Math.round(durationMs * 100) / 100, ...measured };
}
