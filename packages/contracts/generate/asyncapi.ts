import { type MessageContract, sourceOf } from '../src/contracts/contract.ts';
import { Envelope } from '../src/contracts/envelope.ts';
import { exampleEnvelope } from './examples.ts';
import { goesAway } from './goes-away.ts';
import { type Names, SharedSchemas, toJsonSchema } from './json-schema.ts';
import { envelopeOf } from './messages.ts';
import { pascal } from './names.ts';

type Json = Record<string, unknown>;

/**
 * The AsyncAPI document of the bus: one channel per message, addressed by its detail-type. Its schemas are of draft 7,
 * AsyncAPI's own dialect. Source: https://www.asyncapi.com/docs/reference/specification/v3.0.0
 */
export function asyncApi(messages: readonly MessageContract[], names: Names, version: string): Json {
  const schemas = new SharedSchemas('#/components/schemas/');
  const draft7 = { names, io: 'input', target: 'draft-07' } as const;
  const shared = schemas.share(toJsonSchema(Envelope, draft7));
  const envelope = '$ref' in shared ? shared : schemas.add('Envelope', shared);
  for (const contract of messages) {
    const data = schemas.share(toJsonSchema(contract.schema, draft7));
    schemas.add(schemaName(contract), { allOf: [envelope, envelopeOf(contract, data)] });
  }
  return {
    asyncapi: '3.0.0',
    id: 'urn:dure:bus',
    info: {
      title: 'Dure bus',
      version,
      description:
        'Events and commands on the EventBridge bus `dure-{stage}`. `detail` is a CloudEvents 1.0 JSON object. ' +
        'Delivery is at least once and in no order: a repetition has the same `id`, and `sequence` counts the events of a subject.',
      license: { name: 'MIT', url: 'https://opensource.org/license/mit' },
    },
    defaultContentType: 'application/json',
    servers: {
      aws: {
        host: 'events.{region}.amazonaws.com',
        protocol: 'eventbridge',
        description: 'The bus `dure-{stage}` of the account',
        variables: { region: { default: 'us-east-1', description: 'AWS region' } },
      },
    },
    channels: byType(messages, channelOf),
    operations: byType(messages, operationOf),
    components: { messages: byType(messages, (contract) => messageOf(contract, schemas)), schemas: schemas.all() },
  };
}

const byType = (messages: readonly MessageContract[], make: (contract: MessageContract) => Json): Json =>
  Object.fromEntries(messages.map((contract) => [idOf(contract), make(contract)]));

const idOf = ({ owner, detailType }: MessageContract): string => `${owner}.${detailType}`;

const schemaName = ({ owner, name, major }: MessageContract): string => `${pascal(owner)}${name}V${major}`;

/** EventBridge has no official binding, so an extension has what a rule matches. */
function channelOf(contract: MessageContract): Json {
  const { senders, detailType, description } = contract;
  const pattern = { source: senders.map(sourceOf), 'detail-type': [detailType] };
  return {
    address: detailType,
    title: detailType,
    description: [description, ...goesAway(contract.deprecated)].join(' '),
    messages: { [detailType]: { $ref: `#/components/messages/${idOf(contract)}` } },
    'x-eventbridge': { eventBusName: 'dure-{stage}', pattern },
  };
}

function operationOf(contract: MessageContract): Json {
  const { kind, owner, detailType, description } = contract;
  const channel = `#/channels/${idOf(contract)}`;
  return {
    action: kind === 'event' ? 'send' : 'receive',
    title: kind === 'event' ? `${owner} publishes ${detailType}` : `${owner} carries out ${detailType}`,
    summary: description,
    channel: { $ref: channel },
    messages: [{ $ref: `${channel}/messages/${detailType}` }],
    tags: [{ name: owner }, { name: kind }],
  };
}

function messageOf(contract: MessageContract, schemas: SharedSchemas): Json {
  return {
    name: contract.type,
    title: contract.detailType,
    summary: contract.description,
    contentType: 'application/json',
    correlationId: { location: '$message.payload#/correlationid' },
    payload: schemas.ref(schemaName(contract)),
    tags: [{ name: contract.owner }, { name: contract.kind }],
    examples: [{ name: contract.name, payload: exampleEnvelope(contract) }],
  };
}
