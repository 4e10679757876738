import type { ErrorObject } from 'ajv';
import AjvDraft4 from 'ajv-draft-04';
import addFormats from 'ajv-formats';
import type { Model } from './documents.ts';
import { badRequest } from './reader.ts';

/** The sentences that say what is wrong with a JSON value; none if it is valid. */
export type Validate = (value: unknown) => string[];

const MODEL_REFERENCE = /^https:\/\/apigateway\.amazonaws\.com\/restapis\/[^/]+\/models\/([A-Za-z0-9]+)/;
const IDENTIFIER = 'https://apigateway.amazonaws.com/models/';

const Ajv = AjvDraft4.default;
/** Not optimized: that takes longer than it saves over all the requests of a day on a laptop. */
const CODE = { optimize: false } as const;
const OPTIONS = { allErrors: true, verbose: true, strict: false, logger: false, code: CODE } as const;
/** Looks at schemas for all validators: compiling the schema of schemas for each would take longer than all else. */
const schemas = new Ajv(OPTIONS);

/**
 * A validator for one model. Schemas are JSON Schema draft 4; they refer to each other by
 * `https://apigateway.amazonaws.com/restapis/{api}/models/{name}`.
 * @throws AwsError BadRequestException for an invalid schema or a reference to a model that is not there
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/models-mappings-models.html
 */
export function compileModel(name: string, models: readonly Model[]): Validate {
  const ajv = new Ajv({ ...OPTIONS, validateSchema: false });
  addFormats.default(ajv);
  try {
    for (const model of models) {
      const schema = withPlainReferences(model.schema) as object;
      void schemas.validateSchema(schema, true);
      ajv.addSchema(schema, IDENTIFIER + model.name);
    }
    const validate = ajv.getSchema(IDENTIFIER + name)!;
    return (value) => (validate(value) === true ? [] : (validate.errors ?? []).map(sentence));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw badRequest(`Invalid model schema specified: ${name}: ${reason}`);
  }
}

/** References to models by identifiers without the API's id, which is not known when a model is written. */
function withPlainReferences(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withPlainReferences);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, inner]) => {
    if (key !== '$ref' || typeof inner !== 'string') return [key, withPlainReferences(inner)];
    return [key, inner.replace(MODEL_REFERENCE, (_match, name: string) => IDENTIFIER + name)];
  });
  return Object.fromEntries(entries);
}

/** As API Gateway's own validator words the most frequent faults, and ajv the others. */
function sentence({ keyword, params, message, data, instancePath }: ErrorObject): string {
  const { missingProperty, additionalProperty, allowedValues, type, pattern } = params as Record<string, unknown>;
  if (keyword === 'required') return `object has missing required properties (${JSON.stringify([missingProperty])})`;
  if (keyword === 'additionalProperties') {
    return `object instance has properties which are not allowed by the schema: ${JSON.stringify([additionalProperty])}`;
  }
  if (keyword === 'type') {
    const allowed = JSON.stringify(Array.isArray(type) ? type : [type]);
    return `instance type (${typeOf(data)}) does not match any allowed primitive type (allowed: ${allowed})`;
  }
  if (keyword === 'enum') {
    return `instance value (${JSON.stringify(data)}) not found in enum (possible values: ${JSON.stringify(allowedValues)})`;
  }
  if (keyword === 'pattern') return `ECMA 262 regex "${String(pattern)}" does not match input string "${String(data)}"`;
  return instancePath === '' ? (message ?? keyword) : `${instancePath} ${message ?? keyword}`;
}

function typeOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  return Number.isInteger(value) ? 'integer' : typeof value;
}
