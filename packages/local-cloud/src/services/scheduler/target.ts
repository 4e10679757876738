import { randomUUID } from 'node:crypto';
import {
  allowOnly,
  type Input,
  invalid,
  optionalObject,
  optionalText,
  requiredText,
} from '@dure/aws-protocols/aws-input';
import { type CompileTarget, type Outgoing, type Target } from '../eventbridge/index.ts';

const SUPPORTED = [
  'Arn',
  'RoleArn',
  'Input',
  'DeadLetterConfig',
  'RetryPolicy',
  'SqsParameters',
  'EventBridgeParameters',
];
const KINDS = /^arn:aws:(?:lambda|sqs|sns|states|events):/;
const ATTEMPT = '<aws.scheduler.attempt-number>';

interface Place {
  readonly accountId: string;
  readonly region: string;
}

/** Where a schedule sends, and what. Times are in ms since 1970. */
export interface CompiledTarget {
  readonly target: Target;
  eventAt(time: number, now: number): Outgoing;
}

/**
 * Checks and compiles the target of a schedule: a function, queue, topic, state machine or event bus.
 * @throws AwsError `ValidationException`
 * Source: https://docs.aws.amazon.com/scheduler/latest/APIReference/API_Target.html,
 * https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule-context-attributes.html
 */
export function compileScheduleTarget(
  place: Place,
  compileTarget: CompileTarget,
  scheduleArn: string,
  definition: Input,
): CompiledTarget {
  const given = optionalObject(definition, 'Target') ?? {};
  allowOnly('Target', given, SUPPORTED);
  const arn = requiredText(given, 'Arn', 1600);
  requiredText(given, 'RoleArn', 1600);
  if (!/^arn:[^:]+:[^:]+:[^:]*:[^:]*:.+/.test(arn)) throw invalid('Provided Arn is not in correct format.');
  if (!KINDS.test(arn)) {
    const kinds = 'a function, an SQS queue, an SNS topic, a state machine or an event bus';
    throw invalid(`A schedule cannot invoke ${arn} here; its target may be ${kinds}.`);
  }
  const input = optionalText(given, 'Input', 262_144);
  const envelope = envelopeOf(place, arn, given, input);
  const { EventBridgeParameters: _bus, Input: _input, ...others } = given;
  const compiled = compileTarget({ Id: 'schedule', ...others });
  return {
    target: {
      ...compiled,
      textOf: (body, attempt) => body.replaceAll(ATTEMPT, String(attempt)),
      origin: { SCHEDULE_ARN: scheduleArn },
    },
    eventAt(time, now) {
      const id = randomUUID();
      const at = new Date(time).toISOString().replace(/\.\d+Z$/, 'Z');
      const text = (input ?? JSON.stringify(defaultEvent(place, scheduleArn, id, at)))
        .replaceAll('<aws.scheduler.schedule-arn>', scheduleArn)
        .replaceAll('<aws.scheduler.scheduled-time>', at)
        .replaceAll('<aws.scheduler.execution-id>', id);
      return {
        id,
        label: `schedule ${scheduleArn.split(':schedule/')[1]}`,
        body: envelope(text, id, now),
        receivedAt: now,
      };
    },
  };
}

/** What a target gets without an input. */
function defaultEvent({ accountId, region }: Place, scheduleArn: string, id: string, time: string): object {
  const head = { version: '0', id, 'detail-type': 'Scheduled Event', source: 'aws.scheduler', account: accountId };
  return { ...head, time, region, resources: [scheduleArn], detail: '{}' };
}

/** The event of a bus around the input; for other targets the input alone. */
function envelopeOf(
  { accountId: account, region }: Place,
  arn: string,
  given: Input,
  input: string | undefined,
): (text: string, id: string, now: number) => string {
  const parameters = optionalObject(given, 'EventBridgeParameters');
  if (!arn.startsWith('arn:aws:events:')) {
    if (parameters !== undefined) throw invalid('EventBridgeParameters is only supported for event bus targets.');
    if (arn.startsWith('arn:aws:lambda:') || arn.startsWith('arn:aws:states:')) requireJson(input);
    return (text) => text;
  }
  if (parameters === undefined) throw invalid('EventBridgeParameters must be specified for event bus targets.');
  allowOnly('EventBridgeParameters', parameters, ['DetailType', 'Source']);
  const source = requiredText(parameters, 'Source', 256);
  const detailType = requiredText(parameters, 'DetailType', 128);
  if (source.startsWith('aws.')) throw invalid(`The source ${source} is not valid: it must not begin with "aws.".`);
  requireJson(input ?? '');
  return (text, id, now) => {
    const time = new Date(now).toISOString().replace(/\.\d+Z$/, 'Z');
    const head = { version: '0', id, 'detail-type': detailType, source, account, time, region, resources: [] };
    return `${JSON.stringify(head).slice(0, -1)},"detail":${text.trim().replaceAll(ATTEMPT, '1')}}`;
  };
}

/** Keywords stand inside quotes, or for a number. */
function requireJson(input: string | undefined): void {
  if (input === undefined) return;
  try {
    JSON.parse(input.replaceAll(ATTEMPT, '1'));
  } catch {
    throw invalid('Input is not valid JSON.');
  }
}
