import { AwsError } from '@dure/aws-protocols/aws-error';
import type { AwsJsonService } from '@dure/aws-protocols/aws-json';
import type { LogRecord, LogStore } from '../../shared/log-store.ts';
import { knownProperties, type ResourceType } from '../cloudformation/index.ts';
import type { LogGroup, LogGroups } from './groups.ts';

export interface LogsOptions {
  readonly groups: LogGroups;
  readonly store: LogStore;
  readonly region: string;
  readonly accountId: string;
}

export interface Logs {
  readonly handle: AwsJsonService;
  readonly resourceTypes: Readonly<Record<string, ResourceType>>;
}

type Input = Readonly<Record<string, unknown>>;

/** Source: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html */
const RETENTIONS = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
];
const MAX_EVENTS = 10_000;
const SHOWN_EVENTS = 1_000;
const MAX_STREAMS = 50;
/** Of what no function writes, such as access logs. */
const STREAM = 'account';

/**
 * CloudWatch Logs: groups, and what functions and APIs wrote into them, which is kept by size and not by age.
 * Source: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_Operations.html
 */
export function createLogs({ groups, store, region, accountId }: LogsOptions): Logs {
  const arnOf = (name: string): string => `arn:aws:logs:${region}:${accountId}:log-group:${name}`;
  const require = (input: Input): LogGroup => {
    const group = groups.find(nameOf(input));
    if (group === undefined) throw new AwsError('ResourceNotFoundException', 'The specified log group does not exist.');
    return group;
  };

  const actions: Record<string, (input: Input) => unknown> = {
    CreateLogGroup(input) {
      const name = nameOf(input);
      if (groups.find(name) !== undefined) {
        throw new AwsError('ResourceAlreadyExistsException', 'The specified log group already exists');
      }
      groups.put(name, null);
    },
    DeleteLogGroup: (input) => groups.remove(require(input).name),
    PutRetentionPolicy(input) {
      const { name, created_at: createdAt } = require(input);
      const days = Number(input['retentionInDays']);
      if (!RETENTIONS.includes(days)) {
        throw new AwsError('InvalidParameterException', `retentionInDays has to be one of ${RETENTIONS.join(', ')}.`);
      }
      groups.put(name, days, createdAt);
    },
    DescribeLogGroups(input) {
      const prefix = String(input['logGroupNamePrefix'] ?? '');
      const found = groups.all().filter(({ name }) => name.startsWith(prefix));
      return { logGroups: found.map((group) => describe(group, arnOf(group.name))) };
    },
    DescribeLogStreams(input) {
      const { name } = require(input);
      return { logStreams: streamsOf(eventsIn(store, name), input, arnOf(name)) };
    },
    DescribeSubscriptionFilters(input) {
      require(input);
      return { subscriptionFilters: [] };
    },
    FilterLogEvents: (input) => ({ events: search(store, require(input).name, input), searchedLogStreams: [] }),
    GetLogEvents: (input) => ({ events: search(store, require(input).name, input) }),
  };

  const logGroup: ResourceType = {
    nameProperty: 'LogGroupName',
    ...knownProperties(
      'AWS::Logs::LogGroup',
      ['LogGroupName', 'RetentionInDays'],
      ['KmsKeyId', 'LogGroupClass', 'Tags'],
    ),
    exists: async (name) => groups.find(name) !== undefined,
    async create({ name, properties: { RetentionInDays: days } }) {
      groups.put(name, days === undefined ? null : Number(days));
      return { ref: name, attributes: { Arn: `${arnOf(name)}:*` } };
    },
    remove: async ({ name }) => groups.remove(name),
  };

  return {
    async handle(action, input) {
      const handler = Object.hasOwn(actions, action) ? actions[action] : undefined;
      if (handler !== undefined) return handler(input);
      throw new AwsError('UnknownOperationException', `CloudWatch Logs' ${action} is not supported here.`);
    },
    resourceTypes: { 'AWS::Logs::LogGroup': logGroup },
  };
}

function nameOf(input: Input): string {
  const name =
    input['logGroupName'] ??
    String(input['logGroupIdentifier'] ?? '')
      .split(':log-group:')
      .at(-1);
  return String(name ?? '').replace(/:\*$/, '');
}

function describe({ name, created_at: creationTime, retention }: LogGroup, arn: string): object {
  return {
    logGroupName: name,
    creationTime,
    ...(retention !== null && { retentionInDays: retention }),
    metricFilterCount: 0,
    storedBytes: 0,
    arn: `${arn}:*`,
    logGroupArn: arn,
  };
}

interface LogEvent {
  readonly logStreamName: string;
  readonly timestamp: number;
  readonly ingestionTime: number;
  readonly message: string;
}

function eventsIn(store: LogStore, group: string, pattern = ''): LogEvent[] {
  const records = store.search({ limit: MAX_EVENTS, ...(pattern !== '' && { q: pattern }) });
  return records.filter((record) => record['logGroup'] === group).map(eventOf);
}

/** A filter pattern is taken as text that the line contains. */
function search(store: LogStore, group: string, input: Input): object[] {
  const [from, to] = [Number(input['startTime'] ?? 0), Number(input['endTime'] ?? Number.MAX_SAFE_INTEGER)];
  const pattern = String(input['filterPattern'] ?? '').replace(/^"(.*)"$/, '$1');
  const streams = (input['logStreamNames'] ?? (input['logStreamName'] && [input['logStreamName']])) as
    string[] | undefined;
  const prefix = String(input['logStreamNamePrefix'] ?? '');
  return eventsIn(store, group, pattern)
    .map((event, index) => ({ ...event, eventId: `${event.timestamp}-${index}` }))
    .filter(({ timestamp }) => timestamp >= from && timestamp <= to)
    .filter(({ logStreamName: name }) => name.startsWith(prefix) && (streams?.includes(name) ?? true))
    .slice(-Number(input['limit'] ?? SHOWN_EVENTS));
}

/** Source: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DescribeLogStreams.html */
function streamsOf(events: readonly LogEvent[], input: Input, groupArn: string): object[] {
  const prefix = String(input['logStreamNamePrefix'] ?? '');
  const byName = Map.groupBy(events, ({ logStreamName }) => logStreamName);
  const streams = [...byName].map(([logStreamName, [first, ...rest]]) => ({
    logStreamName,
    creationTime: first!.timestamp,
    firstEventTimestamp: first!.timestamp,
    lastEventTimestamp: (rest.at(-1) ?? first!).timestamp,
    lastIngestionTime: (rest.at(-1) ?? first!).ingestionTime,
    arn: `${groupArn}:log-stream:${logStreamName}`,
  }));
  const isByTime = input['orderBy'] === 'LastEventTime';
  const sorted = streams
    .filter(({ logStreamName }) => logStreamName.startsWith(prefix))
    .sort((left, right) =>
      isByTime ? left.lastEventTimestamp - right.lastEventTimestamp : left.logStreamName < right.logStreamName ? -1 : 1,
    );
  if (input['descending'] === true) sorted.reverse();
  return sorted.slice(0, Number(input['limit'] ?? MAX_STREAMS));
}

/** What a function wrote is kept as it was, anything else as the fields of its line. */
function eventOf(record: LogRecord): LogEvent {
  const timestamp = Date.parse(record.time);
  const { logGroup: _group, logStream = STREAM, text, service: _service, function: _function, ...line } = record;
  const plain = Object.keys(line).every((key) => ['time', 'level', 'message'].includes(key));
  const message = text ?? (plain ? record.message : JSON.stringify(line));
  return { logStreamName: String(logStream), timestamp, ingestionTime: timestamp, message: String(message) };
}
