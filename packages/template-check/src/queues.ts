import { referencesIn, targetOf } from './references.ts';
import { at, isObject, list, ofType, walk } from './template.ts';
import type { Entry, Json, Template } from './template.ts';

/** A source of dead letters and its queue. */
const DEAD_LETTER_KEYS = ['RedrivePolicy', 'DeadLetterConfig', 'OnFailure', 'DeadLetterQueue'];

export function queues(template: Template): Entry[] {
  return ofType(template, 'AWS::SQS::Queue');
}

export function isQueue(template: Template, id: string | undefined): id is string {
  return id !== undefined && template.Resources[id]?.Type === 'AWS::SQS::Queue';
}

/** Logical ids of the template's dead-letter queues. */
export function deadLetterQueues(template: Template): Set<string> {
  const found = new Set<string>();
  for (const { Properties } of Object.values(template.Resources)) {
    walk(Properties ?? {}, (value) => {
      if (!isObject(value)) return;
      for (const key of DEAD_LETTER_KEYS.filter((name) => name in value)) {
        for (const { id } of referencesIn(value[key]!)) if (isQueue(template, id)) found.add(id);
      }
    });
  }
  return found;
}

/** An event source mapping, with its function and what it reads from. */
export interface Mapping {
  readonly entry: Entry;
  readonly functionId: string | undefined;
  readonly sourceId: string | undefined;
  readonly isStream: boolean;
}

export function mappings(template: Template): Mapping[] {
  return ofType(template, 'AWS::Lambda::EventSourceMapping').map((entry) => {
    const sourceId = targetOf(template, entry.properties['EventSourceArn']);
    return {
      entry,
      functionId: functionOf(template, entry.properties['FunctionName']),
      sourceId,
      isStream: !isQueue(template, sourceId),
    };
  });
}

/** The function that a value names, directly or through an alias or version. */
export function functionOf(template: Template, value: Json | undefined): string | undefined {
  const id = targetOf(template, value);
  const resource = id === undefined ? undefined : template.Resources[id];
  if (resource?.Type === 'AWS::Lambda::Function') return id;
  if (resource?.Type !== 'AWS::Lambda::Alias' && resource?.Type !== 'AWS::Lambda::Version') return undefined;
  return functionOf(template, resource.Properties?.['FunctionName']);
}

/** A rule's or schedule's target. */
export interface Target {
  readonly entry: Entry;
  readonly path: string;
  readonly target: Json;
}

export function targets(template: Template): Target[] {
  const ofRules = ofType(template, 'AWS::Events::Rule').flatMap((entry) =>
    list(entry.properties['Targets']).map((target, index) => ({ entry, path: `Properties.Targets[${index}]`, target })),
  );
  const ofSchedules = ofType(template, 'AWS::Scheduler::Schedule').map((entry) => ({
    entry,
    path: 'Properties.Target',
    target: entry.properties['Target'] ?? {},
  }));
  return [...ofRules, ...ofSchedules];
}

/** Queues that a bucket notifies of its objects. */
export function toldQueues(template: Template, bucket: Entry): string[] {
  return list(at(bucket.properties['NotificationConfiguration'], 'QueueConfigurations'))
    .map((told) => targetOf(template, at(told, 'Queue')))
    .filter((id) => isQueue(template, id));
}

/** The bucket that a destination on failure names, if it is one of the template and tells a queue of it. */
export function givenUpBucket(template: Template, value: Json | undefined): string | undefined {
  const target = targetOf(template, value);
  const bucket = ofType(template, 'AWS::S3::Bucket').find(({ id }) => id === target);
  return bucket !== undefined && toldQueues(template, bucket).length > 0 ? bucket.id : undefined;
}

/** The queue that a `DeadLetterConfig` or `RedrivePolicy` names, if it is one of the template. */
export function deadLetterTarget(template: Template, value: Json | undefined): string | undefined {
  const target = targetOf(template, value);
  return isQueue(template, target) ? target : undefined;
}

/** Asynchronous invokers of functions: rules, topics, buckets, log groups. */
export function asynchronousInvocations(template: Template): { readonly entry: Entry; readonly invoked: Json }[] {
  const byTargets = targets(template).map(({ entry, target }) => ({ entry, invoked: at(target, 'Arn') ?? null }));
  const byTopics = ofType(template, 'AWS::SNS::Subscription')
    .filter(({ properties }) => properties['Protocol'] === 'lambda')
    .map((entry) => ({ entry, invoked: entry.properties['Endpoint'] ?? null }));
  const byOthers = ofType(template, 'AWS::Lambda::Permission')
    .filter(({ properties }) => ASYNCHRONOUS_PRINCIPALS.includes(String(properties['Principal'])))
    .map((entry) => ({ entry, invoked: entry.properties['FunctionName'] ?? null }));
  return [...byTargets, ...byTopics, ...byOthers].filter(({ invoked }) => functionOf(template, invoked) !== undefined);
}

/** https://docs.aws.amazon.com/lambda/latest/dg/lambda-services.html */
const ASYNCHRONOUS_PRINCIPALS = ['s3.amazonaws.com', 'logs.amazonaws.com', 'ses.amazonaws.com', 'iot.amazonaws.com'];
