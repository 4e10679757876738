import * as z from 'zod/mini';
import { describe, expect, it } from '@jest/globals';
import { cursorEnvironment } from '../src/cursors.ts';
import type { CatalogueEndpoint, Resources } from '../src/types.ts';

const endpoint = (name: string, query?: z.ZodMiniType): CatalogueEndpoint => ({
  ...{ kind: 'endpoint', owner: 'things', name, version: 1, method: 'GET', fullPath: `/v1/${name}`, access: 'public' },
  ...(query && { query }),
});
const catalogue = [
  endpoint('ListThings', z.strictObject({ cursor: z.optional(z.string()) })),
  endpoint('GetThing', z.strictObject({ at: z.string() })),
];
const of = (endpoints: string[] | undefined, resources: Resources = {}) =>
  cursorEnvironment({ service: 'things', stage: 'dev', resources }, catalogue, { ...(endpoints && { endpoints }) });

const secret = (Name: string) => ({ Keys: { Type: 'AWS::SecretsManager::Secret', Properties: { Name } } });

describe('a function that serves a list', () => {
  it('gets the keys of the stage', () => {
    const CURSOR_KEYS = '{{resolve:secretsmanager:dure/dev/cursors:SecretString}}';
    expect(of(['GetThing', 'ListThings'])).toEqual({ CURSOR_KEYS });
    expect(of(['ListThings'], secret('dure/prod/cursors'))).toEqual({ CURSOR_KEYS });
  });

  it('waits for the secret where that is of the same stack', () => {
    expect(of(['ListThings'], secret('dure/dev/cursors'))).toEqual({
      CURSOR_KEYS: { 'Fn::Sub': '{{resolve:secretsmanager:${Keys}:SecretString}}' },
    });
  });
});

it('a function that serves none gets none', () => {
  expect([of(['GetThing']), of([]), of(undefined)]).toEqual([{}, {}, {}]);
});
