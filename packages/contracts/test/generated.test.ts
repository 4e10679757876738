import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { Validator } from '@seriousme/openapi-schema-validator';
import { Ajv } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { GENERATED, staleFiles, writeFiles } from '../generate/files.ts';
import { generate } from '../generate/generate.ts';
import { exampleEnvelope } from '../generate/examples.ts';
import { ENVELOPE_ID } from '../generate/messages.ts';
import { contracts, owners } from '../src/contracts/all-contracts.ts';

const files = await generate();
const read = (path: string) => JSON.parse(files.get(path) ?? 'null') as Record<string, unknown>;
const messages = contracts.filter((contract) => contract.kind !== 'endpoint');
const endpoints = contracts.filter((contract) => contract.kind === 'endpoint');

const folder = mkdtempSync(join(tmpdir(), 'dure-contracts-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('the generated files', () => {
  it('are fresh; if not, run: npm run contracts', () => {
    expect(staleFiles(GENERATED, files)).toEqual([]);
  });

  it('are found stale when one is changed, gone, or left over', () => {
    const copy = join(folder, 'tampered');
    cpSync(GENERATED, copy, { recursive: true });
    writeFileSync(
      join(copy, 'asyncapi.json'),
      readFileSync(join(copy, 'asyncapi.json'), 'utf8').replace('send', 'sent'),
    );
    rmSync(join(copy, 'problems.json'));
    writeFileSync(join(copy, 'openapi', 'gone.json'), '{}');
    expect(staleFiles(copy, files)).toEqual([
      'asyncapi.json differs',
      'problems.json is missing',
      'openapi/gone.json is left over',
    ]);
    writeFiles(copy, files);
    expect(staleFiles(copy, files)).toEqual([]);
  });

  it('are the same each time', async () => {
    expect([...(await generate())]).toEqual([...files]);
  });

  it('show a contract that changed', async () => {
    const [first, ...others] = messages;
    const changed = await generate([...endpoints, ...others, { ...first!, description: 'Something else.' }]);
    expect(staleFiles(GENERATED, changed)).toContain(`json-schema/${first!.owner}/${first!.detailType}.json differs`);
  });

  it('are all in the index', () => {
    const index = files.get('index.json') ?? '';
    const listed = [...files.keys()].filter((path) => path !== 'index.json' && !index.includes(`"${path}"`));
    expect(listed).toEqual([]);
  });
});

describe('the OpenAPI documents', () => {
  const validate = async (document: Record<string, unknown>) => new Validator().validate(document);

  it.each(owners)('of %s holds the official schema', async (owner) => {
    expect(await validate(read(`openapi/${owner}.json`))).toEqual({ valid: true });
  });

  it.each(owners)('of %s has every endpoint once, with a unique operationId', (owner) => {
    const own = endpoints.filter((endpoint) => endpoint.owner === owner);
    const found = operations(owner).map(({ path, method }) => `${method} ${path}`);
    expect(found.sort()).toEqual(own.map(({ method, fullPath }) => `${method.toLowerCase()} ${fullPath}`).sort());
    expect(new Set(operations(owner).map(({ operation }) => operation.operationId)).size).toBe(own.length);
  });

  it.each(owners)('of %s has schemas that compile and take the examples', (owner) => {
    const ajv = ajv2020();
    const document = read(`openapi/${owner}.json`) as unknown as OpenApi;
    ajv.addVocabulary(Object.keys(document));
    ajv.addSchema({ $id: 'urn:dure:document', ...document }, 'urn:dure:document');
    for (const name of Object.keys(document.components.schemas)) {
      expect(ajv.getSchema(`urn:dure:document#/components/schemas/${name}`)).toBeDefined();
    }
    for (const { operation } of operations(owner)) {
      for (const { schema, example } of examplesOf(operation)) {
        const check = ajv.getSchema(schema.$ref.replace('#', 'urn:dure:document#'));
        expect({ errors: check?.(example) ? [] : check?.errors, schema }).toEqual({ errors: [], schema });
      }
    }
  });

  it('are refused by that schema when they are broken', async () => {
    const { info: _, ...broken } = read('openapi/journal.json');
    expect((await validate(broken)).valid).toBe(false);
    const odd = { ...read('openapi/journal.json'), paths: { '/v1/x': { fetch: {} } } };
    expect((await validate(odd)).valid).toBe(false);
  });

  // shop
  it('say what a client may send: defaults are not required, and every condition is a header', () => {
    const { components } = read('openapi/catalog.json') as unknown as OpenApi;
    expect(components.schemas['AddProductRequest']).toMatchObject({ required: ['sku', 'title', 'price'] });
    const change = operations('catalog').find(({ operation }) => operation.operationId === 'changeProduct');
    expect(change?.operation.parameters).toContainEqual({ $ref: '#/components/parameters/IfMatch' });
    expect(Object.keys(change?.operation.responses ?? {})).toEqual([
      '200',
      '400',
      '401',
      '403',
      '404',
      '409',
      '412',
      '413',
      '415',
      '422',
      '428',
      '500',
    ]);
    const get = operations('catalog').find(({ operation }) => operation.operationId === 'getProduct');
    expect(Object.keys(get?.operation.responses ?? {})).toEqual(['200', '304', '400', '404', '500']);
  });

  it('describe a rule over several fields in words', () => {
    const list = operations('orders').find(({ operation }) => operation.operationId === 'listOrders');
    expect(list?.operation.description).toBe('Of the query: give customerId, status or both.');
  });
  // /shop
});

describe('the AsyncAPI document', () => {
  const ajv = addFormats.default(new Ajv({ strict: false }));
  const specs = createRequire(import.meta.url)('@asyncapi/specs') as { schemasWithoutId: Record<string, object> };
  const holds = ajv.compile(specs.schemasWithoutId['3.0.0']!);
  const document = read('asyncapi.json') as unknown as AsyncApi;

  it('holds the official schema', () => {
    expect(holds(document) ? [] : holds.errors).toEqual([]);
  });

  it('is refused by that schema when it is broken', () => {
    expect(holds({ ...document, operations: { x: { action: 'publish' } } })).toBe(false);
  });

  it.each(messages)('has $type with its example, which its schema takes, and none with other data', (contract) => {
    const id = `${contract.owner}.${contract.detailType}`;
    const message = document.components.messages[id]!;
    expect(document.channels[id]?.address).toBe(contract.detailType);
    expect(document.operations[id]?.action).toBe(contract.kind === 'event' ? 'send' : 'receive');
    const draft7 = addFormats.default(new Ajv({ strict: false }));
    draft7.addSchema({ $id: 'urn:dure:document', components: document.components });
    const check = draft7.getSchema(message.payload.$ref.replace('#', 'urn:dure:document#'))!;
    expect(check(message.examples[0]?.payload)).toBe(true);
    expect(check({ ...exampleEnvelope(contract), data: {} })).toBe(false);
    expect(check({ ...exampleEnvelope(contract), type: 'dure.other.Thing.v1' })).toBe(false);
  });
});

describe('the JSON Schemas', () => {
  const ajv = ajv2020();
  for (const path of files.keys()) if (path.startsWith('json-schema/')) ajv.addSchema(read(path));

  it.each(messages)('$dataschema takes its example and fields it does not know', ({ dataschema, example }) => {
    const check = ajv.getSchema(dataschema)!;
    expect(check(example) ? [] : check.errors).toEqual([]);
    expect(check({ ...(example as object), addedLater: true })).toBe(true);
  });

  it.each(messages)(
    '$dataschema refuses an example with any one required field gone or of another type',
    (contract) => {
      const check = ajv.getSchema(contract.dataschema)!;
      const { required } = check.schema as { required?: string[]; $ref?: string };
      const fields = required ?? Object.keys(contract.example as object);
      expect(fields.length).toBeGreaterThan(0);
      for (const field of required ?? []) {
        const { [field]: _, ...without } = contract.example as Record<string, unknown>;
        expect(check(without)).toBe(false);
        expect(check({ ...without, [field]: { not: 'this' } })).toBe(false);
      }
      expect(check({})).toBe(false);
      expect(check('text')).toBe(false);
    },
  );

  it('of the envelope judges the data by the type', () => {
    const check = ajv.getSchema(ENVELOPE_ID)!;
    for (const contract of messages) {
      const envelope = exampleEnvelope(contract);
      expect(check(envelope) ? [] : check.errors).toEqual([]);
      expect(check({ ...envelope, data: {} })).toBe(false);
    }
    // shop
    const reserved = messages.find(({ name }) => name === 'StockReserved')!;
    expect(check({ ...exampleEnvelope(reserved), source: 'dure.orders' })).toBe(false);
    expect(check({ ...exampleEnvelope(reserved), sequence: undefined })).toBe(false);
    // /shop
  });
});

describe('the index of problems', () => {
  const problems = JSON.parse(files.get('problems.json') ?? '[]') as Problem[];

  it('has each type once, with its operations', () => {
    expect(new Set(problems.map(({ type }) => type)).size).toBe(problems.length);
    // shop
    const stale = problems.find(({ code }) => code === 'precondition-failed');
    expect(stale).toEqual({
      type: 'urn:dure:problem:precondition-failed',
      code: 'precondition-failed',
      status: 412,
      title: 'It was changed since you read it',
      operations: expect.arrayContaining([
        'catalog/ChangeProduct.v1',
        'inventory/SetStock.v1',
        'notifications/ChangeWebhookEndpoint.v1',
        'notifications/SetPreferences.v1',
        'registry/DeprecateContract.v1',
        'registry/RecordDeployment.v1',
      ]),
    });
    // /shop
  });

  it('refuses one code for two things', async () => {
    const other = { ...endpoints[0]!, name: 'Other', problems: { 'event-not-found': { status: 409, title: 'Other' } } };
    await expect(generate([...contracts, other])).rejects.toThrow('event-not-found is declared twice');
  });
});

function ajv2020() {
  const ajv = new Ajv2020({ strict: true, strictTypes: false, strictRequired: false, allErrors: true });
  // Descriptions of a field's meaning, which nothing checks.
  return addFormats.default(ajv.addVocabulary(['x-personal', 'x-secret']));
}

interface Operation {
  readonly operationId: string;
  readonly description?: string;
  readonly parameters: readonly unknown[];
  readonly requestBody?: Content;
  readonly responses: Readonly<Record<string, Partial<Content>>>;
}
interface Content {
  readonly content: Readonly<
    Record<string, { readonly schema: { readonly $ref: string }; readonly example?: unknown }>
  >;
}
interface OpenApi {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, object>> };
}
interface AsyncApi {
  readonly channels: Readonly<Record<string, { readonly address: string }>>;
  readonly operations: Readonly<Record<string, { readonly action: string }>>;
  readonly components: {
    readonly messages: Readonly<
      Record<
        string,
        { readonly payload: { readonly $ref: string }; readonly examples: readonly { payload: unknown }[] }
      >
    >;
  };
}
interface Problem {
  readonly type: string;
  readonly code: string;
}

function operations(owner: string) {
  const { paths } = read(`openapi/${owner}.json`) as unknown as OpenApi;
  return Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({ path, method, operation })),
  );
}

function examplesOf(operation: Operation) {
  return [operation.requestBody, ...Object.values(operation.responses)].flatMap((part) => {
    const json = part?.content?.['application/json'];
    return json?.example === undefined ? [] : [{ schema: json.schema, example: json.example }];
  });
}
