import { isObject } from '@dure/local-http/json';
import type { Sqs } from '@dure/sqs';
import { knownProperties, type Properties, type ResourceType, textOf } from '../cloudformation/index.ts';

/**
 * Policies of queues, which are kept and shown. Nobody is refused by them here.
 * Sources: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sqs-queuepolicy.html
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-sqs-queueinlinepolicy.html
 */
export function policyTypes(sqs: Sqs): Record<string, ResourceType> {
  const nameOf = (url: string): string => url.split('/').at(-1) ?? '';

  function put(urls: readonly string[], { PolicyDocument: document }: Properties): void {
    if (!isObject(document)) throw new TypeError('PolicyDocument has to be an object.');
    const missing = urls.find((url) => sqs.views.of(nameOf(url)) === undefined);
    if (missing !== undefined) throw new TypeError(`The queue ${missing} does not exist.`);
    for (const url of urls) sqs.setAttributes(nameOf(url), { Policy: JSON.stringify(document) });
  }
  const clear = (urls: readonly string[]): void => {
    for (const url of urls) sqs.setAttributes(nameOf(url), { Policy: '' });
  };
  const ofQueues = (name: string) => ({ ref: name, attributes: { Id: name } });

  return {
    'AWS::SQS::QueuePolicy': {
      inert: true,
      ...knownProperties('AWS::SQS::QueuePolicy', ['PolicyDocument', 'Queues']),
      create({ name, properties }) {
        put(queuesOf(properties), properties);
        return ofQueues(name);
      },
      update(name, properties, previous) {
        const wanted = queuesOf(properties);
        put(wanted, properties);
        clear(queuesOf(previous).filter((url) => !wanted.includes(url)));
        return ofQueues(name);
      },
      remove: ({ properties }) => clear(queuesOf(properties)),
    },
    'AWS::SQS::QueueInlinePolicy': {
      inert: true,
      replacedBy: ['Queue'],
      ...knownProperties('AWS::SQS::QueueInlinePolicy', ['PolicyDocument', 'Queue']),
      create({ properties }) {
        const url = textOf(properties, 'Queue');
        put([url], properties);
        return { ref: url, attributes: {} };
      },
      remove: ({ properties }) => clear([textOf(properties, 'Queue')]),
    },
  };
}

/** @throws TypeError */
function queuesOf({ Queues: given }: Properties): readonly string[] {
  const urls = Array.isArray(given) ? given : [given];
  if (urls.length > 0 && urls.every((url) => typeof url === 'string')) return urls;
  throw new TypeError('Queues has to be a list of queue URLs.');
}
