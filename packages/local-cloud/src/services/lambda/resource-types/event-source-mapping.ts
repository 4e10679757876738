import type { EventSourceMappingConfig, EventSourceMappings } from '@dure/event-source-mapping';
import type { ExistingResource, ResourceType } from '../../cloudformation/index.ts';

type Named = Pick<ExistingResource, 'name' | 'properties'>;

/** Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-lambda-eventsourcemapping.html */
export function eventSourceMappingType(mappings: EventSourceMappings): ResourceType {
  const put = ({ name: UUID, properties: { Tags: _tags, ...config } }: Named): Promise<void> =>
    mappings.put({ ...(config as unknown as EventSourceMappingConfig), UUID });
  return {
    replacedBy: ['EventSourceArn', 'StartingPosition'],
    check() {
      // Properties are refused by name when the mapping is made: which are known depends on the kind of source.
    },
    async create(request) {
      await put(request);
      return { ref: request.name, attributes: { Id: request.name } };
    },
    remove: ({ name }) => mappings.remove(name),
    resume: put,
  };
}
