import { createHash } from 'node:crypto';

/** The emulator's name for its only region, and the labels that it gives to streams: seconds and nanoseconds. */
const ARN = /^arn:aws:dynamodb:dynoxide:(\d+:table\/[^/]+)(.*)$/s;
const STREAM = /^\/stream\/(\d+\.\d+)$/;
const LABEL = /^(\d+)\.(\d{3})\d*$/;

/** `1795940568.636210203` → `2026-11-29T08:22:48.636`, as AWS labels a stream. Any other text stays. */
function labelOnAws(label: string): string {
  const [, seconds, milliseconds] = LABEL.exec(label) ?? [];
  if (seconds === undefined) return label;
  return new Date(Number(seconds) * 1000 + Number(milliseconds)).toISOString().slice(0, -1);
}

/**
 * The ARN of a table, an index or a stream as AWS writes it. Any other text stays.
 * Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_Stream.html
 */
export function arnOnAws(arn: string, region: string): string {
  const [, table, rest = ''] = ARN.exec(arn) ?? [];
  if (table === undefined) return arn;
  const label = STREAM.exec(rest)?.[1];
  return `arn:aws:dynamodb:${region}:${table}${label === undefined ? rest : `/stream/${labelOnAws(label)}`}`;
}

/** The answer of an action on tables or streams, with the names that AWS gives: ARNs, labels and the region. */
export function namesOnAws(answer: unknown, region: string): unknown {
  if (Array.isArray(answer)) return answer.map((value: unknown) => namesOnAws(value, region));
  if (typeof answer !== 'object' || answer === null) return answer;
  return Object.fromEntries(
    Object.entries(answer).map(([name, value]): [string, unknown] => {
      if (typeof value !== 'string') return [name, namesOnAws(value, region)];
      if (name.endsWith('Arn')) return [name, arnOnAws(value, region)];
      return [name, name.endsWith('StreamLabel') ? labelOnAws(value) : value];
    }),
  );
}

/**
 * The id of a stream's only shard: a time, and what tells it from others of that time. AWS's ids have 28 to 65
 * characters, which some clients check.
 * Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_Shard.html
 */
export function shardIdOnAws(streamArn: string): string {
  const label = streamArn.split('/').at(-1) ?? '';
  const milliseconds = Date.parse(`${label}Z`) || 0;
  const hash = createHash('md5').update(streamArn).digest('hex').slice(0, 8);
  return `shardId-${String(milliseconds).padStart(20, '0')}-${hash}`;
}
