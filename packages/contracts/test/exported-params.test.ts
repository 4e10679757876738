import { expect, it } from '@jest/globals';
import { nameSchemas } from '../generate/names.ts';
import { openApi } from '../generate/openapi.ts';
import { GetThing } from './example-contracts.ts';

it('parameters are the same whether a contract file exports their schema or not', () => {
  const documentWith = (schema: typeof GetThing.params | undefined) =>
    openApi('things', [GetThing], nameSchemas(schema ? [{ owner: 'things', name: 'params', schema }] : []), '1.0.0');
  const exported = documentWith(GetThing.params);
  expect(exported).toEqual(documentWith(undefined));
  expect(JSON.stringify(exported)).toContain('{"name":"id","in":"path","required":true,"schema":{"type":"string"}');
});
