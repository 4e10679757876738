import { alarmSchema } from './alarms/settings.ts';
import { canarySchema } from './canary/config.ts';
import { edgeSchema } from './edge/config.ts';

/** JSON Schemas of the properties that this plugin adds to serverless.yml. */

const name = { type: 'string', minLength: 1 };
const names = { type: 'array', items: name, uniqueItems: true };

export const functionSchema = {
  properties: {
    endpoints: names,
    consumes: {
      type: 'array',
      minItems: 1,
      items: {
        anyOf: [
          name,
          {
            type: 'object',
            properties: { message: name, where: { type: 'object', minProperties: 1 } },
            required: ['message', 'where'],
            additionalProperties: false,
          },
          {
            type: 'object',
            properties: { message: { const: '*' }, foreign: { const: true } },
            required: ['message', 'foreign'],
            additionalProperties: false,
          },
        ],
      },
    },
    batchSize: { type: 'integer', minimum: 1, maximum: 1000 },
    maximumBatchingWindow: { type: 'integer', minimum: 1, maximum: 300 },
    maximumConcurrency: { type: 'integer', minimum: 2, maximum: 1000 },
    maxReceives: { type: 'integer', minimum: 1, maximum: 1000 },
    relay: { const: true },
    calls: {
      type: 'object',
      properties: { before: names },
      required: ['before'],
      additionalProperties: false,
    },
    stream: {
      type: 'object',
      properties: { filter: { type: 'object', minProperties: 1 } },
      required: ['filter'],
      additionalProperties: false,
    },
    table: { enum: ['readWrite', 'read', 'none'] },
    iam: { $ref: '#/definitions/awsIamPolicyStatements' },
  },
};

export const customSchema = {
  properties: {
    dure: {
      type: 'object',
      properties: {
        table: { type: 'boolean' },
        indexes: {
          type: 'array',
          maxItems: 20,
          items: {
            type: 'object',
            properties: { name, pk: name, sk: name, projection: { const: 'keys' } },
            required: ['name', 'pk'],
            additionalProperties: false,
          },
        },
        alarms: alarmSchema,
        overview: { const: true },
        mock: { const: true },
        edge: edgeSchema,
        calls: name,
        canary: canarySchema,
      },
      additionalProperties: false,
    },
  },
};
