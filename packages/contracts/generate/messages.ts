import { type MessageContract, sourceOf } from '../src/contracts/contract.ts';
import { Envelope } from '../src/contracts/envelope.ts';
import { exampleEnvelope } from './examples.ts';
import { goesAway } from './goes-away.ts';
import { type JsonSchema, type Names, toJsonSchema } from './json-schema.ts';

const DIALECT = 'https://json-schema.org/draft/2020-12/schema';

/** The published JSON Schema of a message's data. It is open: a reader passes over fields it does not know. */
export function messageSchema(contract: MessageContract, names: Names): JsonSchema {
  const { $schema: _dialect, ...schema } = toJsonSchema(contract.schema, { names, io: 'input' });
  return {
    $schema: DIALECT,
    $id: contract.dataschema,
    title: contract.detailType,
    description: [contract.description, ...goesAway(contract.deprecated)].join(' '),
    ...(contract.deprecated && { deprecated: true }),
    ...schema,
    examples: [contract.example],
  };
}

export const ENVELOPE_ID = 'urn:dure:schema:envelope:1';

/** The JSON Schema of the whole message: by its `type`, the data must hold the schema of that type. */
export function envelopeSchema(messages: readonly MessageContract[], names: Names): JsonSchema {
  const { $schema: _dialect, ...schema } = toJsonSchema(Envelope, { names, io: 'input' });
  return {
    $schema: DIALECT,
    $id: ENVELOPE_ID,
    title: 'Envelope',
    description: 'The detail of an EventBridge event: a CloudEvents 1.0 JSON object with extensions.',
    ...schema,
    allOf: messages.map((contract) => ({
      if: { properties: { type: { const: contract.type } }, required: ['type'] },
      then: envelopeOf(contract, { $ref: contract.dataschema }),
    })),
    examples: messages.slice(0, 1).map(exampleEnvelope),
  };
}

/** What the envelope of a message says beyond what every envelope does. */
export function envelopeOf(contract: MessageContract, data: JsonSchema): JsonSchema {
  const event = contract.kind === 'event';
  return {
    type: 'object',
    properties: {
      type: { const: contract.type },
      source: { enum: contract.senders.map(sourceOf) },
      dataschema: { const: contract.dataschema },
      data,
    },
    ...(event ? { required: ['sequence'] } : {}),
  };
}
