import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

/** The parts of OpenAPI 3.1 that the generated documents use. */

export interface Schema {
  readonly $ref?: string;
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly Schema[];
  readonly format?: string;
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly items?: Schema;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Schema;
  readonly description?: string;
}

export interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required?: boolean;
  readonly schema: Schema;
}

interface Content {
  readonly schema: Schema;
}

export interface Header {
  readonly required?: boolean;
  readonly schema: Schema;
}

export interface ResponseObject {
  readonly headers?: Readonly<Record<string, Header>>;
  readonly content?: Readonly<Record<string, Content>>;
}

interface OperationObject {
  readonly operationId: string;
  readonly description?: string;
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly required?: boolean; readonly content: Readonly<Record<string, Content>> };
  readonly responses: Readonly<Record<string, ResponseObject>>;
}

export interface OpenApiDocument {
  readonly paths: Readonly<Record<string, Readonly<Record<string, OperationObject>>>>;
  readonly components: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/** One operation of a service, with its references resolved. */
export interface Operation {
  readonly service: string;
  readonly id: string;
  /** In upper case. */
  readonly method: string;
  /** `/v1/orders/{orderId}`. */
  readonly path: string;
  /** All methods of the path. */
  readonly methods: readonly string[];
  readonly parameters: readonly Parameter[];
  readonly body: Schema | undefined;
  readonly bodyRequired: boolean;
  /** Whether it has rules that are described in words only. */
  readonly ruled: boolean;
  readonly responses: Readonly<Record<string, ResponseObject>>;
  readonly resolve: <Part extends object>(part: Part) => Part;
  /** Checks a value against a schema of the document. */
  readonly validator: (schema: Schema) => ValidateFunction;
}

/** The operations of a document. */
export function operationsOf(service: string, document: OpenApiDocument): Operation[] {
  const resolve = <Part extends object>(part: Part): Part => resolvePart(document, part);
  const validator = validatorsOf(service, document);
  return Object.entries(document.paths).flatMap(([path, item]) => {
    const methods = Object.keys(item).map((method) => method.toUpperCase());
    return Object.entries(item).map(([method, operation]): Operation => {
      const body = operation.requestBody?.content['application/json']?.schema;
      const ruled = operation.description !== undefined || (body && resolve(body).description) !== undefined;
      const responses = Object.entries(operation.responses).map(([status, response]) => [status, resolve(response)]);
      return {
        ...{ service, id: operation.operationId, method: method.toUpperCase(), path, methods, body, ruled },
        parameters: (operation.parameters ?? []).map(resolve),
        bodyRequired: operation.requestBody?.required ?? false,
        responses: Object.fromEntries(responses) as Record<string, ResponseObject>,
        ...{ resolve, validator },
      };
    });
  });
}

function resolvePart<Part extends object>(document: OpenApiDocument, part: Part): Part {
  const { $ref, ...rest } = part as { $ref?: string };
  if ($ref === undefined) return part;
  const names = $ref.slice(2).split('/');
  const target = names.reduce<unknown>((value, name) => (value as Record<string, unknown>)[name], document);
  return resolvePart(document, { ...(target as object), ...rest } as Part);
}

function validatorsOf(service: string, document: OpenApiDocument): Operation['validator'] {
  const ajv = addFormats.default(new Ajv2020({ strict: false }));
  const id = `urn:dure:openapi:${service}`;
  ajv.addSchema({ $id: id, components: document.components });
  const known = new Map<Schema, ValidateFunction>();
  return (schema) => {
    const text = JSON.stringify(schema).replaceAll('"#/', `"${id}#/`);
    const validate = known.get(schema) ?? ajv.compile(JSON.parse(text) as object);
    known.set(schema, validate);
    return validate;
  };
}

const OPENAPI = join(
  dirname(createRequire(import.meta.url).resolve('@dure/contracts/contract')),
  ...['..', '..', 'generated', 'openapi'],
);

/** Every operation of every service, from the generated documents. */
export function allOperations(): Operation[] {
  return readdirSync(OPENAPI)
    .sort()
    .flatMap((file) => {
      const document = JSON.parse(readFileSync(join(OPENAPI, file), 'utf8')) as OpenApiDocument;
      return operationsOf(file.replace(/\.json$/, ''), document);
    });
}
