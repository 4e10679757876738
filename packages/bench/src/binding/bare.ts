import { PutCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import type { Table } from '@dure/contracts/binding/table';
import type { APIGatewayProxyEvent, SQSEvent } from 'aws-lambda';
import { v7 as uuidv7 } from 'uuid';
import type { Note } from './note.ts';

/** The same work without a binding: no check, log, metric, trace or header. */

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
    await client.send(
      new TransactWriteCommand({
        TransactItems: [
          insert(name, markerItem(note, time)),
          { Put: { TableName: name, Item: { ...item(noteId, note, time), outbox: outbox(noteId, note, time) } } },
        ],
      }),
    );
    return answer(view(noteId, note, time));
  };
}

const insert = (TableName: string, Item: Record<string, unknown>) => ({
  Put: { TableName, Item, ConditionExpression: 'attribute_not_exists(pk)' },
});

const markerItem = (note: Note, time: string) => ({
  pk: `IDEMPOTENCY#SaveNote.v1#anonymous#${uuidv7()}`,
  sk: 'MARKER',
  hash: 'r0KXwK0Yy0lL0n0G7Qh2S1mJbQeF2a8b9c0d1e2f3g4',
  result: JSON.stringify({ note, time }),
  handledAt: time,
  expiresAt: Math.floor(Date.now() / 1000) + 15 * 86_400,
});

const outbox = (noteId: string, note: Note, time: string) =>
  JSON.stringify([
    {
      specversion: '1.0',
      id: uuidv7(),
      source: 'dure.bench',
      type: 'dure.bench.NoteSaved.v1',
      subject: noteId,
      time,
      datacontenttype: 'application/json',
      dataschema: 'urn:dure:schema:bench:NoteSaved:1',
      sequence: 1,
      correlationid: uuidv7(),
      causationid: uuidv7(),
      traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
      actor: 'anonymous',
      data: { noteId, ...note },
    },
  ]);
