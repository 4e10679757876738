import type { EventSourceMappingConfig, EventSourceMappings } from '@dure/event-source-mapping';
import type { ExistingResource, ResourceType } from '../../cloudformation/index.ts';

const QUEUE = /^arn:[^:]+:sqs:/;

type Named = Pick<ExistingResource, 'name' | 'properties'>;

export interface MappedSources {
  readonly mappings: EventSourceMappings;
  /** @throws UnresolvedReference or AwsError for a queue that the function cannot read */
  checkQueue(queueArn: string, functionName: string): Promise<void>;
}

/** Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-eventsourcemapping.html */
export function eventSourceMappingType({ mappings, checkQueue }: MappedSources): ResourceType {
  const put = ({ name: UUID, properties: { Tags: _tags, ...config } }: Named): Promise<void> =>
    mappings.put({ ...(config as unknown as EventSourceMappingConfig), UUID });
  return {
    replacedBy: ['EventSourceArn', 'StartingPosition'],
    check() {
      // Properties are refused by name when the mapping is made: which are known depends on the kind of source.
    },
    async create(request) {
      const { EventSourceArn: source, FunctionName: name } = request.properties;
      if (QUEUE.test(String(source))) await checkQueue(String(source), String(name));
      await put(request);
      return { ref: request.name, attributes: { Id: request.name } };
    },
    remove: ({ name }) => mappings.remove(name),
    resume: put,
  };
}
