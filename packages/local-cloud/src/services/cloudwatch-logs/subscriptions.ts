import { createHash } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import { gzipSync } from 'node:zlib';
import { AwsError } from '@dure/aws-protocols/aws-error';
import type { CloudLog } from '../../shared/types.ts';
import { messagesLike } from './filter-pattern.ts';

/** What sends the lines of a log group that match a pattern to a function. */
export interface SubscriptionFilter {
  readonly logGroup: string;
  readonly name: string;
  readonly pattern: string;
  readonly destinationArn: string;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
}

export interface LogLine {
  readonly logStream: string;
  /** Milliseconds since 1970. */
  readonly timestamp: number;
  readonly message: string;
}

export interface Subscriptions {
  /** @throws AwsError for a pattern or a destination that is not supported here, and for a third filter of a group */
  put(filter: Omit<SubscriptionFilter, 'createdAt'>): void;
  /** @throws AwsError `ResourceNotFoundException` */
  remove(logGroup: string, name: string): void;
  of(logGroup: string): SubscriptionFilter[];
  /** Takes a line that was written into a log group. */
  offer(logGroup: string, line: LogLine): void;
  /** Delivers what waits, and takes nothing more: the database is closed next. */
  stop(): void;
}

export interface SubscriptionsOptions {
  readonly database: DatabaseSync;
  readonly accountId: string;
  /** Invokes the function asynchronously, which keeps the event and tries again. */
  readonly invokeAsync: (functionArn: string, payload: unknown) => void;
  readonly log: CloudLog;
}

/** Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html */
const MAX_FILTERS = 2;
/** CloudWatch Logs collects lines for a moment. */
const COLLECT_MS = 500;
const MAX_BATCH = 1_000;

interface Row {
  readonly log_group: string;
  readonly name: string;
  readonly pattern: string;
  readonly destination: string;
  readonly created_at: number;
}

interface Active extends SubscriptionFilter {
  readonly matches: (message: string) => boolean;
}

/**
 * The subscription filters of a region. Lines that wait for their batch are lost when the process is killed: they are in
 * the log itself, and on AWS, too, a delivery is attempted for a limited time only.
 * Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/SubscriptionFilters.html
 */
export function openSubscriptions({ database, accountId, invokeAsync, log }: SubscriptionsOptions): Subscriptions {
  database.exec(
    'CREATE TABLE IF NOT EXISTS log_subscriptions (log_group TEXT, name TEXT, pattern TEXT NOT NULL, ' +
      'destination TEXT NOT NULL, created_at INTEGER NOT NULL, PRIMARY KEY (log_group, name))',
  );
  const upsert = database.prepare('INSERT OR REPLACE INTO log_subscriptions VALUES (?, ?, ?, ?, ?)');
  const select = database.prepare('SELECT * FROM log_subscriptions WHERE log_group = ? ORDER BY created_at, name');
  const drop = database.prepare('DELETE FROM log_subscriptions WHERE log_group = ? AND name = ?');
  // Asked with each line.
  const active = new Map<string, readonly Active[]>();
  const waiting = new Map<string, { readonly filter: Active; readonly lines: LogLine[] }>();
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;

  const of = (logGroup: string): SubscriptionFilter[] => (select.all(logGroup) as unknown as Row[]).map(toFilter);
  function activeOf(logGroup: string): readonly Active[] {
    const known = active.get(logGroup);
    if (known !== undefined) return known;
    const read = of(logGroup).map((filter) => ({ ...filter, matches: messagesLike(filter.pattern) }));
    active.set(logGroup, read);
    return read;
  }

  function send({ destinationArn, logGroup }: Active, payload: object): void {
    try {
      invokeAsync(destinationArn, payload);
    } catch (error) {
      log('warn', `Lines of ${logGroup} are not delivered to ${destinationArn}: ${(error as Error).message}`);
    }
  }

  function deliver(): void {
    clearTimeout(timer);
    timer = undefined;
    const batches = [...waiting.values()];
    waiting.clear();
    for (const { filter, lines } of batches) {
      for (const [logStream, those] of Map.groupBy(lines, (line) => line.logStream)) {
        send(filter, payloadOf(filter, logStream, those, accountId));
      }
    }
  }

  return {
    of,
    put({ logGroup, name, pattern, destinationArn }) {
      messagesLike(pattern);
      refuseDestination(destinationArn);
      const others = of(logGroup).filter((filter) => filter.name !== name);
      if (others.length >= MAX_FILTERS) throw new AwsError('LimitExceededException', 'Resource limit exceeded.');
      upsert.run(logGroup, name, pattern, destinationArn, Date.now());
      active.delete(logGroup);
    },
    remove(logGroup, name) {
      if (drop.run(logGroup, name).changes === 0) {
        throw new AwsError('ResourceNotFoundException', 'The specified subscription filter does not exist.');
      }
      active.delete(logGroup);
    },
    offer(logGroup, line) {
      const filters = stopped ? [] : activeOf(logGroup);
      for (const filter of filters.filter(({ matches }) => matches(line.message))) {
        const key = `${logGroup} ${filter.name}`;
        const batch = waiting.get(key) ?? { filter, lines: [] };
        waiting.set(key, batch);
        if (batch.lines.push(line) >= MAX_BATCH) deliver();
      }
      if (waiting.size > 0) timer ??= setTimeout(deliver, COLLECT_MS);
    },
    stop() {
      stopped = true;
      deliver();
    },
  };
}

const toFilter = ({ log_group, name, pattern, destination, created_at }: Row): SubscriptionFilter => ({
  logGroup: log_group,
  name,
  pattern,
  destinationArn: destination,
  createdAt: created_at,
});

function refuseDestination(arn: string): void {
  if (/^arn:[^:]+:lambda:[^:]*:\d*:function:./.test(arn)) return;
  throw new AwsError('InvalidParameterException', `A subscription filter sends to a function here, not to ${arn}.`);
}

/** Source: https://docs.aws.amazon.com/lambda/latest/dg/services-cloudwatchlogs.html */
function payloadOf(filter: SubscriptionFilter, logStream: string, lines: readonly LogLine[], owner: string): object {
  const message = {
    messageType: 'DATA_MESSAGE',
    owner,
    logGroup: filter.logGroup,
    logStream,
    subscriptionFilters: [filter.name],
    logEvents: lines.map((line, index) => ({ id: idOf(line, index), ...pick(line) })),
  };
  return { awslogs: { data: gzipSync(JSON.stringify(message)).toString('base64') } };
}

const pick = ({ timestamp, message }: LogLine): object => ({ timestamp, message });

/** 56 digits, as AWS has them. */
function idOf({ timestamp, message }: LogLine, index: number): string {
  const hash = BigInt(`0x${createHash('sha256').update(message).digest('hex').slice(0, 28)}`);
  return `${timestamp}${index}${hash}`.padEnd(56, '0').slice(0, 56);
}
