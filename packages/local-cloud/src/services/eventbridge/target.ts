import {
  compileInputTransformer,
  compileJsonPath,
  InvalidTransformerError,
  isJson,
  type Matched,
} from '@dure/event-patterns';
import {
  allowOnly,
  invalid,
  optionalInteger,
  optionalObject,
  optionalText,
  requiredName,
  requiredText,
} from '@dure/aws-protocols/aws-input';
import type { Input } from '@dure/aws-protocols/aws-input';
import { busNameOf, eventBridgeArn } from './arns.ts';
import type { Context } from './context.ts';

const SUPPORTED = ['Id', 'Arn', 'RoleArn', 'Input', 'InputPath', 'InputTransformer', 'RetryPolicy'].concat([
  'DeadLetterConfig',
  'KinesisParameters',
  'SqsParameters',
]);
const TARGET_KINDS = [
  /^arn:aws:sqs:[a-z0-9-]+:\d{12}:[A-Za-z0-9_-]{1,80}(\.fifo)?$/,
  /^arn:aws:kinesis:[a-z0-9-]+:\d{12}:stream\/[\w.-]{1,128}$/,
  /^arn:aws:lambda:[a-z0-9-]+:\d{12}:function:[A-Za-z0-9_-]+(:[A-Za-z0-9$_-]+)?$/,
  /^arn:aws:sns:[a-z0-9-]+:\d{12}:[\w-]{1,256}$/,
  /^arn:aws:logs:[a-z0-9-]+:\d{12}:log-group:[\w./#-]{1,512}(:\*)?$/,
  /^arn:aws:states:[a-z0-9-]+:\d{12}:stateMachine:[^\s:]{1,80}$/,
];
const QUEUE_ARN = /^arn:aws:sqs:[a-z0-9-]+:\d{12}:[A-Za-z0-9_-]{1,80}$/;

/** A target ready to be delivered to. `inputOf` throws when no input can be made of the event. */
export interface Target {
  readonly id: string;
  readonly arn: string;
  /** The bus, when the target is one. */
  readonly bus: string | undefined;
  /** undefined means the event itself, as it is. */
  readonly inputOf: ((matched: Matched) => string) | undefined;
  /** Makes the input of the body's text and the number of the attempt, in the place of `inputOf`. */
  readonly textOf?: (body: string, attempt: number) => string;
  /** What a dead letter says of where it comes from; the rule by default. */
  readonly origin?: Readonly<Record<string, string>>;
  /** A dead letter says nothing of why it is one. */
  readonly isDeadLetterPlain?: boolean;
  readonly messageGroupId: string | undefined;
  /** Of the record of a stream; without it, or where it finds no text, the event's id. */
  readonly partitionKeyOf?: (event: unknown) => unknown;
  /** Of a notification, where the target is a topic. */
  readonly subject?: string;
  readonly maxRetries: number;
  readonly maxAgeMs: number;
  readonly deadLetterQueue: string | undefined;
}

/**
 * Checks and compiles a target of PutTargets: an SQS queue, an SNS topic, a Kinesis stream, a Lambda function, a state
 * machine, a log group or a bus of this account.
 * Accepted, without effect here: RoleArn (IAM is not enforced).
 * Source: https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_Target.html
 */
export function compileTarget(context: Context, target: Input, position = 1): Target {
  const id = requiredName(target, 'Id', 64, `targets.${position}.member.id`);
  allowOnly(`Target ${id}`, target, SUPPORTED);
  optionalText(target, 'RoleArn', 1600);
  const arn = requiredText(target, 'Arn', 1600);
  const bus = arn.startsWith(eventBridgeArn(context, 'event-bus/')) ? busNameOf(context, arn) : undefined;
  if (bus === undefined && !TARGET_KINDS.some((kind) => kind.test(arn))) {
    throw invalid(
      `Parameter Arn of target ${id} is not valid. Reason: ${arn} is not supported by the local EventBridge, ` +
        'which delivers to SQS queues, SNS topics, Kinesis streams, Lambda functions, state machines, log groups and ' +
        'event buses of its own account.',
    );
  }
  const inputOf = compileInput(id, target);
  if (bus !== undefined && inputOf !== undefined) {
    throw invalid(`Input, InputPath and InputTransformer are not supported for the event bus target ${id}.`);
  }
  const parameters = { messageGroupId: messageGroupOf(id, arn, target), ...partitionKeyOf(id, arn, target) };
  return { id, arn, bus, inputOf, ...parameters, ...policyOf(id, target) };
}

function compileInput(id: string, target: Input): Target['inputOf'] {
  const constant = optionalText(target, 'Input', 8192);
  const path = optionalText(target, 'InputPath', 256);
  const transformer = optionalObject(target, 'InputTransformer');
  if ([constant, path, transformer].filter((given) => given !== undefined).length > 1) {
    throw invalid(`Only one of Input, InputPath, or InputTransformer must be provided for target ${id}.`);
  }
  if (constant !== undefined) {
    if (!isJson(constant)) throw invalid(`JSON syntax error in input for target ${id}.`);
    return () => constant;
  }
  if (path !== undefined) {
    const find = compileJsonPath(path);
    if (find === undefined) throw invalid(`InputPath for target ${id} is invalid.`);
    return ({ event }) => JSON.stringify(find(event) ?? null);
  }
  return transformer === undefined ? undefined : compileTransformer(id, transformer);
}

function compileTransformer(id: string, transformer: Input): Target['inputOf'] {
  allowOnly(`InputTransformer of target ${id}`, transformer, ['InputPathsMap', 'InputTemplate']);
  const template = requiredText(transformer, 'InputTemplate', 8192);
  try {
    return compileInputTransformer(id, optionalObject(transformer, 'InputPathsMap') ?? {}, template);
  } catch (error) {
    throw error instanceof InvalidTransformerError ? invalid(error.message) : error;
  }
}

function messageGroupOf(id: string, arn: string, target: Input): string | undefined {
  const parameters = optionalObject(target, 'SqsParameters');
  if (parameters === undefined) {
    if (arn.endsWith('.fifo')) throw invalid(`Parameter(s) SqsParameters must be specified for target: ${id}.`);
    return undefined;
  }
  allowOnly(`SqsParameters of target ${id}`, parameters, ['MessageGroupId']);
  if (!arn.startsWith('arn:aws:sqs:')) throw invalid(`Parameter(s) SqsParameters not valid for target: ${id}.`);
  return requiredText(parameters, 'MessageGroupId', 100);
}

function partitionKeyOf(id: string, arn: string, target: Input): Pick<Target, 'partitionKeyOf'> {
  const parameters = optionalObject(target, 'KinesisParameters');
  if (parameters === undefined) return {};
  allowOnly(`KinesisParameters of target ${id}`, parameters, ['PartitionKeyPath']);
  if (!arn.startsWith('arn:aws:kinesis:')) throw invalid(`Parameter(s) KinesisParameters not valid for target: ${id}.`);
  const find = compileJsonPath(requiredText(parameters, 'PartitionKeyPath', 256));
  if (find === undefined) throw invalid(`PartitionKeyPath for target ${id} is invalid.`);
  return { partitionKeyOf: find as (event: unknown) => unknown };
}

function policyOf(id: string, target: Input): Pick<Target, 'maxRetries' | 'maxAgeMs' | 'deadLetterQueue'> {
  const retry = optionalObject(target, 'RetryPolicy') ?? {};
  const deadLetter = optionalObject(target, 'DeadLetterConfig') ?? {};
  allowOnly(`RetryPolicy of target ${id}`, retry, ['MaximumRetryAttempts', 'MaximumEventAgeInSeconds']);
  allowOnly(`DeadLetterConfig of target ${id}`, deadLetter, ['Arn']);
  const deadLetterQueue = optionalText(deadLetter, 'Arn', 1600);
  if (deadLetterQueue !== undefined && !QUEUE_ARN.test(deadLetterQueue)) {
    throw invalid(
      `Parameter DeadLetterConfig.Arn of target ${id} is not valid. Reason: it must be a standard SQS queue.`,
    );
  }
  return {
    maxRetries: optionalInteger(retry, 'MaximumRetryAttempts', 0, 185) ?? 185,
    maxAgeMs: 1000 * (optionalInteger(retry, 'MaximumEventAgeInSeconds', 60, 86_400) ?? 86_400),
    deadLetterQueue,
  };
}
