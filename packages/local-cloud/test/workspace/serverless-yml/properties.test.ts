import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { describe, expect, it } from '@jest/globals';
import { PROPERTIES, supportOf } from '../../../src/workspace/serverless-yml/properties.ts';
import { supportByPath } from '../../../src/workspace/serverless-yml/section.ts';
import { PAGE, supportPage } from './page.ts';
import { propertyPaths } from './schema-paths.ts';

type Schema = Parameters<typeof propertyPaths>[0];

const require = createRequire(import.meta.url);
const schema = await frameworkSchema();
const unknown = (given: Schema): string[] => [...propertyPaths(given)].filter((path) => supportOf(path) === undefined);

/** As the framework has it for a service on AWS without plugins. */
async function frameworkSchema(): Promise<Schema> {
  const Serverless = require('serverless/lib/serverless.js') as new (config: object) => {
    init(): Promise<void>;
    configSchemaHandler: { schema: Schema };
  };
  const serverless = new Serverless({
    configuration: { service: 'lab', provider: { name: 'aws' } },
    serviceDir: import.meta.dirname,
    configurationFilename: 'serverless.yml',
    commands: ['package'],
    options: {},
  });
  await serverless.init();
  return serverless.configSchemaHandler.schema;
}

describe('the table of properties', () => {
  it('says of every property of the framework what happens to it', () => {
    expect(propertyPaths(schema).size).toBeGreaterThan(900);
    expect(unknown(schema)).toEqual([]);
  });

  it.each([
    ['a function', ['properties', 'functions', 'patternProperties', '^[a-zA-Z0-9-_]+$'], 'functions.*.colour'],
    ['the provider', ['properties', 'provider'], 'provider.colour'],
    ['the top', [], 'colour'],
  ])('lacks a property that %s gets with a new version of the framework', (_what, at, path) => {
    const changed = structuredClone(schema);
    const place = at.reduce<Record<string, unknown>>(
      (found, key) => found[key] as Record<string, unknown>,
      changed as never,
    );
    place['properties'] = { ...(place['properties'] as object), colour: { type: 'string' } };
    expect(unknown(changed)).toEqual([path]);
  });

  it('lacks a property below one that is carried out, and takes one below a refused one for refused', () => {
    const table = supportByPath([{ of: 'a', done: '. b', refused: { c: 'no' }, noEffect: { d: 'none' } }]);
    expect(supportOf('a.b.new', table)).toBeUndefined();
    expect(supportOf('a.c.new', table)).toEqual({ refused: 'no' });
    expect(supportOf('a.d.new.x', table)).toEqual({ noEffect: 'none' });
  });

  it('names nothing that the framework does not have', () => {
    const paths = propertyPaths(schema);
    expect([...PROPERTIES.keys()].filter((path) => !paths.has(path))).toEqual([]);
  });

  it('stands in docs/serverless-yml.md', async () => {
    expect(readFileSync(PAGE, 'utf8')).toBe(await supportPage());
  });
});
