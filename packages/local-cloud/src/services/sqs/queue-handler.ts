import type { Cloud } from '../cloudformation/resource-type.ts';
import type { ResourceHandler } from '../cloudformation/resource-handler.ts';

/** What an attribute that left the template goes back to. */
const DEFAULTS: Readonly<Record<string, unknown>> = {
  ContentBasedDeduplication: false,
  DelaySeconds: 0,
  DeduplicationScope: 'queue',
  FifoThroughputLimit: 'perQueue',
  KmsMasterKeyId: '',
  MaximumMessageSize: 1_048_576,
  MessageRetentionPeriod: 345_600,
  ReceiveMessageWaitTimeSeconds: 0,
  RedriveAllowPolicy: '',
  RedrivePolicy: '',
  VisibilityTimeout: 30,
};

/**
 * A queue whose URL is its address at this endpoint, which stays the same across restarts.
 * @param base `http://127.0.0.1:4566/000000000000`
 */
export function sqsQueue(queue: ResourceHandler, cloud: Cloud, base: string): ResourceHandler {
  const nameOf = (url: string): string => url.split('/').at(-1) ?? '';
  const create: ResourceHandler['create'] = async (request) => {
    const { attributes } = await queue.create(request);
    const url = `${base}/${request.defaultName}`;
    return { ref: url, attributes: { ...attributes, QueueUrl: url } };
  };
  return {
    ...queue,
    create,
    async update(url, properties, previous) {
      const left = Object.keys(previous).filter((name) => name in DEFAULTS && !(name in properties));
      const defaults = Object.fromEntries(left.map((name) => [name, DEFAULTS[name]]));
      const name = nameOf(url);
      return create({ service: '', logicalId: name, defaultName: name, properties: { ...defaults, ...properties } });
    },
    remove: async ({ physicalId }) => cloud.sqs.deleteQueue(nameOf(physicalId)),
  };
}
