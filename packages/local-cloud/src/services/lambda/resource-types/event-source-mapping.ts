import type { EventSourceMappingConfig } from '../event-source-mapping/create-event-source-mapping.ts';
import type { EventSources } from '../../../account/event-sources.ts';
import type { ResourceHandler } from '../../cloudformation/resource-handler.ts';
import { onlyKnown } from '../../cloudformation/properties.ts';

/** Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-eventsourcemapping.html */
export function eventSourceMapping(sources: EventSources): ResourceHandler {
  return {
    replacedBy: ['EventSourceArn', 'StartingPosition'],
    check() {
      // Properties are refused by name when the mapping is made: which are known depends on the kind of source.
    },
    async create({ defaultName, properties: { Tags: _tags, ...properties } }) {
      await sources.putMapping({ ...(properties as unknown as EventSourceMappingConfig), UUID: defaultName });
      return { ref: defaultName, attributes: { Id: defaultName } };
    },
    remove: ({ name }) => sources.remove(name),
  };
}

interface Target {
  readonly Arn: string;
  readonly Id: string;
  readonly Input?: string;
  readonly DeadLetterConfig?: { readonly Arn?: string };
  /** Of no use here: an invocation is refused only where there is no such function. */
  readonly RetryPolicy?: unknown;
}

/**
 * A rule by schedule, or by pattern, which is left to EventBridge.
 * Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-events-rule.html
 */
export function eventsRule(
  byPattern: ResourceHandler,
  sources: EventSources,
  arnOf: (name: string) => string,
): ResourceHandler {
  const known = ['Name', 'ScheduleExpression', 'State', 'Targets', 'Description', 'RoleArn', 'Tags', 'EventBusName'];
  const isSchedule = (properties: Readonly<Record<string, unknown>>): boolean => 'ScheduleExpression' in properties;
  return {
    nameProperty: 'Name',
    replacedBy: ['EventBusName'],
    check(properties) {
      if (!isSchedule(properties)) return byPattern.check(properties);
      onlyKnown('AWS::Events::Rule', properties, known);
      for (const { Arn, Id, Input, DeadLetterConfig: _dlq, RetryPolicy: _retry, ...others } of targetsOf(properties)) {
        onlyKnown(`AWS::Events::Rule target ${Id}`, others, []);
        if (Arn.split(':')[2] !== 'lambda')
          throw new TypeError(`A schedule cannot invoke ${Arn} here; only functions.`);
        if (Input !== undefined) JSON.parse(Input);
      }
    },
    async create(request) {
      const { properties, defaultName } = request;
      if (!isSchedule(properties)) return byPattern.create(request);
      for (const id of sourceIds(defaultName, properties)) await sources.remove(id);
      for (const { Arn, Id, Input, DeadLetterConfig: dlq } of properties['State'] === 'DISABLED'
        ? []
        : targetsOf(properties)) {
        sources.putSchedule(`${defaultName}/${Id}`, {
          functionName: Arn,
          expression: String(properties['ScheduleExpression']),
          ...(Input !== undefined && { input: JSON.parse(Input) as unknown }),
          ...(dlq?.Arn !== undefined && { undeliverable: dlq.Arn }),
        });
      }
      return { ref: defaultName, attributes: { Arn: arnOf(defaultName) } };
    },
    async remove(resource) {
      if (!isSchedule(resource.properties)) return byPattern.remove(resource);
      for (const id of sourceIds(resource.name, resource.properties)) await sources.remove(id);
    },
  };
}

const targetsOf = (properties: Readonly<Record<string, unknown>>): Target[] =>
  (properties['Targets'] ?? []) as Target[];

const sourceIds = (name: string, properties: Readonly<Record<string, unknown>>): string[] =>
  targetsOf(properties).map(({ Id }) => `${name}/${Id}`);
