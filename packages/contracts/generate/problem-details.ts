import type { JsonSchema } from './json-schema.ts';

/**
 * `ProblemDetails` and `FieldError` of src/contracts/problem.ts. Source:
 * https://www.rfc-editor.org/rfc/rfc9457#name-json-schema-for-http-proble
 */
export function problemDetails(fieldError: JsonSchema): JsonSchema {
  return {
    type: 'object',
    description: 'A problem as in RFC 9457',
    properties: {
      type: {
        type: 'string',
        format: 'uri',
        description: 'Stable: use it to distinguish problems',
        pattern: '^urn:dure:problem:',
      },
      title: { type: 'string', description: 'The same for every occurrence of the type' },
      status: { type: 'integer', minimum: 400, maximum: 599 },
      detail: { type: 'string', description: 'About this occurrence, for people' },
      instance: { type: 'string', format: 'uri-reference', description: 'The path of the request' },
      errors: { type: 'array', items: fieldError, description: 'Every bad field of the request' },
    },
    required: ['type', 'title', 'status'],
  };
}

export const fieldError: JsonSchema = {
  type: 'object',
  properties: {
    in: { type: 'string', enum: ['body', 'query', 'path', 'header'] },
    field: { type: 'string', description: 'Such as items[0].quantity; empty for the whole' },
    pointer: { type: 'string', format: 'json-pointer', description: 'RFC 6901, in the body' },
    detail: { type: 'string', description: 'What is wrong and what would be right' },
  },
  required: ['in', 'field', 'detail'],
};
