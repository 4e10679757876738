import { type DynamoDBDocumentClient, PutCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import type { Table } from '@dure/contracts/table';
import type { APIGatewayProxyEvent, SQSEvent } from 'aws-lambda';
import { uuidv7 } from 'uuidv7';
import type { Note } from './note.ts';

/** The same work without any binding: no check, no log, no metric, no trace, no header. */

export const item = (id: string, note: Note, time: string) => ({
  pk: `NOTE#${id}`,
  sk: 'NOTE',
  ...note,
  updatedAt: time,
});

export const view = (noteId: string, note: Note, updatedAt: string) => ({
  noteId,
  ...note,
  updatedAt,
  _links: { self: { href: `/v1/notes/${noteId}` } },
});

export function bareApi({ client, name }: Table) {
  return async (event: APIGatewayProxyEvent) => {
    const { noteId = '' } = event.pathParameters ?? {};
    const note = JSON.parse(event.body ?? '{}') as Note;
    const time = new Date().toISOString();
    await client.send(new PutCommand({ TableName: name, Item: item(noteId, note, time) }));
    return answer(view(noteId, note, time));
  };
}

const answer = (body: object) => ({
  statusCode: 200,
  headers: { 'content-type': 'application/json', etag: '"1"' },
  body: JSON.stringify(body),
});

export function bareConsumer({ client, name }: Table) {
  return async (event: SQSEvent) => {
    for (const record of event.Records) {
      const { detail } = JSON.parse(record.body) as { detail: { time: string; data: Note & { noteId: string } } };
      await client.send(new PutCommand({ TableName: name, Item: item(detail.data.noteId, detail.data, detail.time) }));
    }
    return { batchItemFailures: [] };
  };
}

/** The transaction that `commit` makes for a request with an Idempotency-Key and one event, written by hand. */
export function bareTransaction({ client, name }: Table) {
  return async (event: APIGatewayProxyEvent) => {
    const { noteId = '' } = event.pathParameters ?? {};
    const note = JSON.parse(event.body ?? '{}') as Note;
    const time = new Date().toISOString();
    const body = view(noteId, note, time);
    const marker = { pk: `IDEMPOTENCY#${uuidv7()}`, sk: 'MARKER', result: JSON.stringify(body) };
    await transact(client, name, [marker, item(noteId, note, time), outbox(noteId, note, time)]);
    return answer(body);
  };
}

const outbox = (noteId: string, note: Note, time: string) => ({
  pk: `OUTBOX#${noteId}`,
  sk: uuidv7(),
  source: 'dure.bench',
  detailType: 'NoteSaved.v1',
  envelope: JSON.stringify({ id: uuidv7(), subject: noteId, time, data: { noteId, ...note } }),
});

async function transact(client: DynamoDBDocumentClient, TableName: string, items: object[]): Promise<void> {
  await client.send(new TransactWriteCommand({ TransactItems: items.map((Item) => ({ Put: { TableName, Item } })) }));
}
