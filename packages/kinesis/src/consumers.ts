import { optionalInteger, optionalText, requiredText } from '@dure/aws-protocols/aws-input';
import { requiredName, streamOf } from './input.ts';
import { inUse, invalidArgument, notFound, overLimit } from './kinesis-error.ts';
import type { Actions, Input, Parts } from './parts.ts';
import type { Consumer, Stream } from './stream-store.ts';

/** Of a stream, as AWS has it since 2025. */
const MAX_CONSUMERS = 20;
const ARN = /^(arn:[^:]+:kinesis:[^:]*:[^:]*:stream\/[^/]+)\/consumer\/([^:]+):\d+$/;

/** The stream that an ARN of a consumer belongs to; any other ARN as it is. */
export const streamArnOf = (arn: string): string => ARN.exec(arn)?.[1] ?? arn;

/** Registered consumers. They are found by their names and read as everybody does: SubscribeToShard is refused. */
export function consumerActions(parts: Parts): Actions {
  const { streams, accountId, now } = parts;
  const describe = ({ name, arn, createdAt }: Consumer): object => ({
    ConsumerName: name,
    ConsumerARN: arn,
    ConsumerStatus: 'ACTIVE',
    ConsumerCreationTimestamp: new Date(createdAt),
  });

  /** By its ARN, or by its name and its stream's. */
  function consumerOf(input: Input): { stream: Stream; consumer: Consumer } {
    const arn = optionalText(input, 'ConsumerARN', 2_048);
    if (arn === undefined && (input['StreamARN'] ?? input['ConsumerName'] ?? undefined) === undefined) {
      throw invalidArgument('Either ConsumerARN, or StreamARN and ConsumerName have to be specified.');
    }
    const stream = streamOf(parts, { StreamARN: arn === undefined ? input['StreamARN'] : streamArnOf(arn) });
    const name = arn === undefined ? requiredName(input, 'ConsumerName') : undefined;
    const consumer = stream.consumers.find((it) => (arn === undefined ? it.name === name : it.arn === arn));
    if (consumer !== undefined) return { stream, consumer };
    throw notFound(`Consumer ${arn ?? name}, account ${accountId} not found.`);
  }

  return {
    RegisterStreamConsumer(input) {
      const stream = streamOf(parts, { StreamARN: requiredText(input, 'StreamARN', 2_048) });
      const name = requiredName(input, 'ConsumerName');
      if (stream.consumers.some((consumer) => consumer.name === name)) {
        throw inUse(`Consumer ${name} of stream ${stream.name} under account ${accountId} already exists.`);
      }
      if (stream.consumers.length >= MAX_CONSUMERS) {
        throw overLimit(`Stream ${stream.name} has ${MAX_CONSUMERS} consumers, the most there may be.`);
      }
      const createdAt = now();
      const arn = `${stream.arn}/consumer/${name}:${Math.floor(createdAt / 1000)}`;
      const consumer = { name, arn, createdAt };
      streams.save({ ...stream, consumers: [...stream.consumers, consumer] });
      return { Consumer: describe(consumer) };
    },
    DeregisterStreamConsumer(input) {
      const { stream, consumer } = consumerOf(input);
      streams.save({ ...stream, consumers: stream.consumers.filter((other) => other !== consumer) });
      return undefined;
    },
    DescribeStreamConsumer(input) {
      const { stream, consumer } = consumerOf(input);
      return { ConsumerDescription: { ...describe(consumer), StreamARN: stream.arn } };
    },
    ListStreamConsumers(input) {
      const stream = streamOf(parts, { StreamARN: requiredText(input, 'StreamARN', 2_048) });
      const limit = optionalInteger(input, 'MaxResults', 1, 10_000) ?? 100;
      const after = Number(optionalText(input, 'NextToken', 2_048) ?? 0);
      if (!Number.isSafeInteger(after) || after < 0) throw invalidArgument('Invalid NextToken.');
      const next = after + limit;
      return {
        Consumers: stream.consumers.slice(after, next).map(describe),
        ...(stream.consumers.length > next && { NextToken: String(next) }),
      };
    },
  };
}
