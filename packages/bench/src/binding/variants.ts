import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { api } from '@dure/contracts/binding/api';
import type { Call } from '@dure/contracts/binding/call';
import { commit } from '@dure/contracts/binding/commit';
import { consumer } from '@dure/contracts/binding/consumer';
import { consumes } from '@dure/contracts/contract';
import { http, reply } from '@dure/contracts/binding/http';
import { on } from '@dure/contracts/binding/message';
import { publish } from '@dure/contracts/binding/outbox';
import type { Table } from '@dure/contracts/binding/table';
import { busRecord, lambdaContext, proxyEvent, sqsEvent } from '@dure/testing/lambda-events';
import middy from '@middy/core';
import cors from '@middy/http-cors';
import errorHandler from '@middy/http-error-handler';
import headerNormalizer from '@middy/http-header-normalizer';
import jsonBodyParser from '@middy/http-json-body-parser';
import securityHeaders from '@middy/http-security-headers';
import type { APIGatewayProxyEvent, APIGatewayProxyResult, Context } from 'aws-lambda';
import { v7 as uuidv7 } from 'uuid';
import { bareApi, bareConsumer, bareTransaction, item, view } from './bare.ts';
import { exampleNote, type Note, noteId, NoteSaved, SaveNote } from './note.ts';

/** One invocation of a handler. Variants of one group are compared. */
export interface Variant {
  readonly group: 'request' | 'message' | 'transaction';
  readonly name: string;
  /** Prepares the events of the next calls, outside the measured time. */
  readonly prepare: (calls: number) => void;
  readonly call: () => Promise<unknown>;
}

/** The same request, message and transaction, by hand, by middy, and by the bindings. */
export function variantsOf(table: Table): Variant[] {
  const request = () => proxyEvent(savesNote());
  const withKey = () => proxyEvent(savesNote({ 'Idempotency-Key': uuidv7() }));
  const message = () => sqsEvent(busRecord({ contract: NoteSaved, subject: noteId, sequence: 1, data: noteSaved }));
  return [
    variant('request', 'bare function', request, bareApi(table)),
    variant('request', 'middy, five middlewares', request, middyApi(table)),
    variant('request', 'http() and api()', request, boundApi(table)),
    variant('message', 'bare function', message, bareConsumer(table)),
    variant('message', 'consumer()', message, boundConsumer(table)),
    variant('transaction', 'bare function', withKey, bareTransaction(table)),
    variant('transaction', 'http(), api() and commit()', withKey, boundTransaction(table)),
  ];
}

function variant<Event>(
  group: Variant['group'],
  name: string,
  event: () => Event,
  handler: (event: Event, context: Context) => Promise<unknown>,
): Variant {
  let prepared: Event[] = [];
  return {
    group,
    name,
    prepare: (calls) => {
      prepared = Array.from({ length: calls }, event);
    },
    call: () => handler(prepared.pop()!, lambdaContext),
  };
}

const noteSaved = { noteId, ...exampleNote };

/** The headers of a usual client as API Gateway passes them on. */
const savesNote = (headers: Record<string, string> = {}) => ({
  method: 'PUT',
  resource: SaveNote.fullPath,
  params: { noteId },
  body: exampleNote,
  headers: {
    Accept: 'application/json',
    'Accept-Encoding': 'gzip, deflate, br',
    Host: 'a1b2c3d4e5.execute-api.us-east-1.amazonaws.com',
    'User-Agent': 'Mozilla/5.0 (X11; Linux x86_64)',
    'X-Amzn-Trace-Id': 'Root=1-67891233-abcdef012345678912345678',
    'X-Forwarded-For': '203.0.113.1',
    'X-Forwarded-Port': '443',
    'X-Forwarded-Proto': 'https',
    traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
    ...headers,
  },
});

/** The middleware of AWS's and middy's examples of a JSON API. */
function middyApi({ client, name }: Table) {
  return middy<APIGatewayProxyEvent, APIGatewayProxyResult>()
    .use(headerNormalizer())
    .use(jsonBodyParser())
    .use(cors())
    .use(securityHeaders())
    .use(errorHandler())
    .handler(async (event) => {
      const note = event.body as unknown as Note;
      const time = new Date().toISOString();
      const { noteId: id = '' } = event.pathParameters ?? {};
      await client.send(new PutCommand({ TableName: name, Item: item(id, note, time) }));
      const headers = { 'content-type': 'application/json', etag: '"1"' };
      return { statusCode: 200, headers, body: JSON.stringify(view(id, note, time)) };
    });
}

function boundApi({ client, name }: Table) {
  return api({ checks: {} }, [
    http(SaveNote, {
      run: async ({ params, body }, { time }) => {
        await client.send(new PutCommand({ TableName: name, Item: item(params.noteId, body, time) }));
        return { note: body, time };
      },
      answer: ({ note, time }, { params }) => reply(200, view(params.noteId, note, time), { etag: 1 }),
    }),
  ]);
}

function boundConsumer({ client, name }: Table) {
  const subscription = on(
    consumes(NoteSaved, ['noteId', 'title', 'quantity', 'price', 'tags']),
    async ({ data, time }) => {
      await client.send(new PutCommand({ TableName: name, Item: item(data.noteId, data, time) }));
    },
  );
  return consumer('bench', [subscription], {
    url: 'http://localhost/none',
    deadLetterUrl: 'http://localhost/none',
    maxReceives: 5,
  });
}

function boundTransaction(table: Table) {
  let sequence = Date.now();
  const save = async (call: Call, id: string, note: Note) => {
    sequence += 1;
    await commit(table, call, {
      writes: [{ Put: { Item: item(id, note, call.time) } }],
      events: [publish(NoteSaved, id, sequence, { noteId: id, ...note })],
      result: { note, time: call.time },
    });
    return { note, time: call.time };
  };
  return api({ table, checks: {} }, [
    http(SaveNote, {
      run: ({ params, body }, call) => save(call, params.noteId, body),
      answer: ({ note, time }, { params }) => reply(200, view(params.noteId, note, time), { etag: 1 }),
    }),
  ]);
}
