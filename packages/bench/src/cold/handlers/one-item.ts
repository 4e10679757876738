import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { api } from '@dure/contracts/binding/api';
import { required } from '@dure/contracts/binding/environment';
import { http, reply } from '@dure/contracts/binding/http';
import { openTable } from '@dure/contracts/binding/table';
import type { APIGatewayProxyEvent } from 'aws-lambda';
import { item, view } from '../../binding/bare.ts';
import { SaveNote } from '../../binding/note.ts';

const { client, name } = openTable(required('TABLE_NAME'));

/** Validates, authorises, logs, meters, and writes one item: as a usual function of this system does. */
export const handler = api({ checks: {} }, [
  http(SaveNote, {
    run: async ({ params, body }, { time }) => {
      await client.send(new PutCommand({ TableName: name, Item: item(params.noteId, body, time) }));
      return { note: body, time };
    },
    answer: ({ note, time }, { params }) => reply(200, view(params.noteId, note, time), { etag: 1 }),
  }),
]).before(({ event }) => {
  const { scope } = (event as APIGatewayProxyEvent).requestContext.authorizer ?? {};
  if (typeof scope === 'string' && scope.split(' ').includes('notes:write')) return undefined;
  return { statusCode: 403, headers: { 'content-type': 'application/problem+json' }, body: '{}' };
});
