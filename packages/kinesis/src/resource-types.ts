import { isDeepStrictEqual } from 'node:util';
import {
  type CreatedResource,
  knownProperties,
  type Properties,
  type ResourceType,
  textOf,
} from '@dure/cloudformation';
import { isObject } from '@dure/local-http/json';
import type { Kinesis, StreamView } from './index.ts';

const STREAM = 'AWS::Kinesis::Stream';
const CONSUMER = 'AWS::Kinesis::StreamConsumer';
const DEFAULT_RETENTION = 24;
const DEFAULT_RECORD_KIB = 1_024;

export function kinesisResourceTypes(kinesis: Kinesis): Record<string, ResourceType> {
  return { [STREAM]: streamType(kinesis), [CONSUMER]: consumerType(kinesis) };
}

/**
 * A stream keeps its records while its shards, mode, retention and tags change. Nothing is encrypted.
 * Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-kinesis-stream.html
 */
function streamType({ request, find }: Kinesis): ResourceType {
  const created = ({ name, arn }: StreamView): CreatedResource => ({ ref: name, attributes: { Arn: arn } });

  /** Brings a stream in line with a template. */
  async function align(stream: StreamView, properties: Properties): Promise<void> {
    const { name: StreamName, arn: StreamARN } = stream;
    const hours = numberOf(properties, 'RetentionPeriodHours') ?? DEFAULT_RETENTION;
    const longer = hours > stream.retentionHours;
    if (hours !== stream.retentionHours) {
      await request(`${longer ? 'In' : 'De'}creaseStreamRetentionPeriod`, { StreamName, RetentionPeriodHours: hours });
    }
    const size = numberOf(properties, 'MaxRecordSizeInKiB') ?? DEFAULT_RECORD_KIB;
    await request('UpdateMaxRecordSize', { StreamARN, MaxRecordSizeInKiB: size });
    const count = numberOf(properties, 'ShardCount');
    const mode = modeOf(properties) ?? (count === undefined ? stream.mode : 'PROVISIONED');
    if (mode !== stream.mode) {
      await request('UpdateStreamMode', { StreamARN, StreamModeDetails: { StreamMode: mode } });
    }
    if (mode === 'PROVISIONED' && count !== undefined && count !== stream.openShards) {
      await request('UpdateShardCount', { StreamName, TargetShardCount: count, ScalingType: 'UNIFORM_SCALING' });
    }
    await alignTags(StreamName, tagsOf(properties));
  }

  async function alignTags(StreamName: string, wanted: Readonly<Record<string, string>>): Promise<void> {
    const { Tags } = (await request('ListTagsForStream', { StreamName })) as { Tags: { Key: string; Value: string }[] };
    const there = Object.fromEntries(Tags.map(({ Key, Value }) => [Key, Value]));
    const gone = Object.keys(there).filter((key) => !(key in wanted));
    if (gone.length > 0) await request('RemoveTagsFromStream', { StreamName, TagKeys: gone });
    const isNew = Object.keys(wanted).length > 0 && !isDeepStrictEqual({ ...there }, { ...there, ...wanted });
    if (isNew) await request('AddTagsToStream', { StreamName, Tags: wanted });
  }

  return {
    nameProperty: 'Name',
    replacedBy: ['Name'],
    holdsData: true,
    ...knownProperties(
      STREAM,
      ['Name', 'ShardCount', 'StreamModeDetails', 'RetentionPeriodHours', 'MaxRecordSizeInKiB', 'Tags'],
      ['StreamEncryption', 'DesiredShardLevelMetrics'],
    ),
    exists: async (name) => find(name) !== undefined,
    async create({ name, properties }) {
      const [mode, count] = [modeOf(properties), numberOf(properties, 'ShardCount')];
      if (find(name) === undefined) {
        await request('CreateStream', {
          StreamName: name,
          ...(count !== undefined && { ShardCount: count }),
          ...(mode !== undefined && { StreamModeDetails: { StreamMode: mode } }),
        });
      }
      await align(find(name)!, properties);
      return created(find(name)!);
    },
    async update(name, properties) {
      const stream = find(name);
      if (stream === undefined) throw new TypeError(`${STREAM}: the stream ${name} is not there any more.`);
      await align(stream, properties);
      return created(stream);
    },
    async remove({ physicalId }) {
      if (find(physicalId) === undefined) return;
      await request('DeleteStream', { StreamName: physicalId, EnforceConsumerDeletion: true });
    },
  };
}

/** Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-kinesis-streamconsumer.html */
function consumerType({ request, find }: Kinesis): ResourceType {
  interface Described {
    readonly ConsumerName: string;
    readonly ConsumerARN: string;
    readonly ConsumerStatus: string;
    readonly ConsumerCreationTimestamp: number;
  }
  return {
    replacedBy: ['ConsumerName', 'StreamARN'],
    ...knownProperties(CONSUMER, ['ConsumerName', 'StreamARN'], ['Tags']),
    async create({ properties }) {
      const [ConsumerName, StreamARN] = [textOf(properties, 'ConsumerName'), textOf(properties, 'StreamARN')];
      const { Consumers } = (await request('ListStreamConsumers', { StreamARN })) as { Consumers: Described[] };
      const existing = Consumers.find((consumer) => consumer.ConsumerName === ConsumerName);
      const { Consumer } = (
        existing === undefined
          ? await request('RegisterStreamConsumer', { StreamARN, ConsumerName })
          : { Consumer: existing }
      ) as { Consumer: Described };
      const { ConsumerARN, ConsumerStatus, ConsumerCreationTimestamp } = Consumer;
      const ConsumerCreated = String(ConsumerCreationTimestamp);
      return {
        ref: ConsumerARN,
        attributes: {
          ...{ ConsumerARN, ConsumerName, ConsumerStatus, StreamARN },
          ConsumerCreationTimestamp: ConsumerCreated,
        },
      };
    },
    async remove({ physicalId }) {
      if (find(physicalId) === undefined) return;
      await request('DeregisterStreamConsumer', { ConsumerARN: physicalId });
    },
  };
}

/** Templates have numbers as texts too. @throws TypeError */
function numberOf(properties: Properties, name: string): number | undefined {
  const value = properties[name];
  if (value === undefined) return undefined;
  const number = typeof value === 'string' && value !== '' ? Number(value) : value;
  if (typeof number === 'number' && Number.isInteger(number)) return number;
  throw new TypeError(`${name} has to be a whole number.`);
}

function modeOf({ StreamModeDetails: details }: Properties): string | undefined {
  if (details === undefined) return undefined;
  if (isObject(details) && typeof details['StreamMode'] === 'string') return details['StreamMode'];
  throw new TypeError('StreamModeDetails has to be an object with the StreamMode.');
}

function tagsOf({ Tags = [] }: Properties): Record<string, string> {
  if (!Array.isArray(Tags)) throw new TypeError('Tags has to be a list.');
  return Object.fromEntries((Tags as { Key: string; Value: string }[]).map(({ Key, Value }) => [Key, String(Value)]));
}
