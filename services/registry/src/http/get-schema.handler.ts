import { GetSchema } from '@dure/contracts/registry';
import { http, reply } from '@dure/contracts/binding/http';
import { problem } from '@dure/contracts/problem';
import { releases } from '../composition.ts';

export const getSchemaHandler = http(GetSchema, {
  run: async ({ params: { sha } }) => (await releases.loadSchemas([sha])).get(sha),
  answer: (schema, { params: { sha } }) =>
    schema === undefined ? problem('schema-not-found') : reply(200, schema, { etag: sha }),
});
