import { AwsError } from '@dure/aws-protocols/aws-error';
import type { AwsJsonService } from '@dure/aws-protocols/aws-json';
import type { CloudWatch } from '@dure/cloudwatch';
import type { LogRecord, LogStore } from '../../shared/log-store.ts';
import { knownProperties, type ResourceType } from '../cloudformation/index.ts';
import { messagesLike } from './filter-pattern.ts';
import type { LogGroup, LogGroups } from './groups.ts';
import { lineOf } from './log-line.ts';
import type { SubscriptionFilter, Subscriptions } from './subscriptions.ts';

export interface LogsOptions {
  readonly groups: LogGroups;
  readonly store: LogStore;
  readonly subscriptions: Subscriptions;
  readonly metricFilters: Pick<CloudWatch['filters'], 'deleteOf'>;
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

/**
 * CloudWatch Logs: groups, and what functions and APIs wrote into them, which is kept by size and not by age.
 * Source: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_Operations.html
 */
export function createLogs({ groups, store, subscriptions, metricFilters, region, accountId }: LogsOptions): Logs {
  const arnOf = (name: string): string => `arn:aws:logs:${region}:${accountId}:log-group:${name}`;
  const require = (input: Input): LogGroup => {
    const group = groups.find(nameOf(input));
    if (group === undefined) throw new AwsError('ResourceNotFoundException', 'The specified log group does not exist.');
    return group;
  };

  function removeGroup(name: string): void {
    groups.remove(name);
    for (const filter of subscriptions.of(name)) subscriptions.remove(name, filter.name);
    metricFilters.deleteOf(name);
  }

  const actions: Record<string, (input: Input) => unknown> = {
    CreateLogGroup(input) {
      const name = nameOf(input);
      if (groups.find(name) !== undefined) {
        throw new AwsError('ResourceAlreadyExistsException', 'The specified log group already exists');
      }
      groups.put(name, null);
    },
    DeleteLogGroup(input) {
      removeGroup(require(input).name);
    },
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
      const { name } = require(input);
      const prefix = String(input['filterNamePrefix'] ?? '');
      const found = subscriptions.of(name).filter((filter) => filter.name.startsWith(prefix));
      return { subscriptionFilters: found.map(describeFilter) };
    },
    PutSubscriptionFilter(input) {
      const { name: logGroup } = require(input);
      const [name, destinationArn] = [requiredText(input, 'filterName'), requiredText(input, 'destinationArn')];
      subscriptions.put({ logGroup, name, destinationArn, pattern: String(input['filterPattern'] ?? '') });
    },
    DeleteSubscriptionFilter: (input) => subscriptions.remove(require(input).name, requiredText(input, 'filterName')),
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
    remove: async ({ name }) => removeGroup(name),
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

function requiredText(input: Input, field: string): string {
  const value = input[field];
  if (typeof value === 'string' && value !== '') return value;
  throw new AwsError('InvalidParameterException', `${field} has to be given.`);
}

const describeFilter = ({ logGroup, name, pattern, destinationArn, createdAt }: SubscriptionFilter): object => ({
  filterName: name,
  logGroupName: logGroup,
  filterPattern: pattern,
  destinationArn,
  distribution: 'ByLogStream',
  creationTime: createdAt,
});

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

function eventsIn(store: LogStore, group: string): LogEvent[] {
  const records = store.search({ limit: MAX_EVENTS });
  return records.filter((record) => record['logGroup'] === group).map(eventOf);
}

function search(store: LogStore, group: string, input: Input): object[] {
  const [from, to] = [Number(input['startTime'] ?? 0), Number(input['endTime'] ?? Number.MAX_SAFE_INTEGER)];
  const matches = messagesLike(String(input['filterPattern'] ?? ''));
  const streams = (input['logStreamNames'] ?? (input['logStreamName'] && [input['logStreamName']])) as
    string[] | undefined;
  const prefix = String(input['logStreamNamePrefix'] ?? '');
  return eventsIn(store, group)
    .filter(({ message }) => matches(message))
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

function eventOf(record: LogRecord): LogEvent {
  const { logStream: logStreamName, timestamp, message } = lineOf(record);
  return { logStreamName, timestamp, ingestionTime: timestamp, message };
}
