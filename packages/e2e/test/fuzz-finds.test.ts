import { api } from '@dure/contracts/binding/api';
import { endpoint } from '@dure/contracts/contract';
import { http, reply, type Response } from '@dure/contracts/binding/http';
import { problem } from '@dure/contracts/problem';
import { text } from '@dure/contracts/values';
import { describe, expect, it, jest } from '@jest/globals';
import * as z from 'zod/mini';
import { nameSchemas } from '../../contracts/generate/names.ts';
import { openApi } from '../../contracts/generate/openapi.ts';
import { fuzz, operationsOf } from '../src/fuzz.ts';
import type { Caller } from '../src/fuzz/callers.ts';
import type { OpenApiDocument } from '../src/fuzz/open-api.ts';
import { serveApi } from './api-server.ts';

process.env['LOG_LEVEL'] = 'error';

const Note = z.strictObject({
  title: text(40),
  stars: z.int().check(z.gte(0), z.lte(5)),
  tags: z.optional(z.array(text(9))),
});
type Note = z.output<typeof Note>;
const params = z.strictObject({ id: z.string().check(z.regex(/^[a-z]{1,8}$/)) });
const NoteView = z.strictObject({ id: z.string(), ...Note.shape });
const shown = { 200: { description: 'The note', body: NoteView, headers: ['etag'] } } as const;
const common = { version: 1, summary: 'For tests', access: 'public', example: {} } as const;
const none = { 'note-not-found': { status: 404, title: 'There is no such note' } } as const;

const PutNote = endpoint('notes', {
  ...{ ...common, name: 'PutNote', method: 'PUT', path: '/notes/{id}', params, body: Note, responses: shown },
});
const GetNote = endpoint('notes', {
  ...{ ...common, name: 'GetNote', method: 'GET', path: '/notes/{id}', params, responses: shown, problems: none },
});
const FindNotes = endpoint('notes', {
  ...{ ...common, name: 'FindNotes', method: 'GET', path: '/notes' },
  query: z.strictObject({
    title: z.optional(text(40)),
    stars: z.optional(z.coerce.number().check(z.int(), z.gte(0), z.lte(5))),
  }),
  responses: { 200: { description: 'The notes', body: z.strictObject({ items: z.array(NoteView) }) } },
});

/** The bugs planted in the service. */
interface Bugs {
  readonly put?: (note: Note) => void;
  readonly find?: () => void;
  readonly pastContract?: (body: string) => string;
}

async function start(bugs: Bugs = {}) {
  const notes = new Map<string, Note>([['a', { title: 'A note', stars: 3 }]]);
  const show = (id: string, note: Note) => reply(200, { id, ...note }, { etag: 1 }) satisfies Response<typeof GetNote>;
  const handler = api({ checks: {} }, [
    http(PutNote, {
      run: ({ params: { id }, body }) => {
        bugs.put?.(body);
        notes.set(id, body);
        return Promise.resolve(body);
      },
      answer: (note, request) => show(request.params.id, note),
    }),
    http(GetNote, {
      run: ({ params: { id } }) => Promise.resolve(notes.get(id)),
      answer: (note, { params: { id } }) => (note ? show(id, note) : problem('note-not-found')),
    }),
    http(FindNotes, {
      run: () => {
        bugs.find?.();
        return Promise.resolve([...notes].slice(0, 3).map(([id, note]) => ({ id, ...note })));
      },
      answer: (items) => reply(200, { items }),
    }),
  ]);
  const baseUrl = await serveApi(
    async (event, context) => {
      const answer = await handler(event, context);
      const { pastContract = (body: string) => body } = bugs;
      return { ...answer, body: answer.statusCode === 200 ? pastContract(answer.body) : answer.body };
    },
    ['/v1/notes', '/v1/notes/{id}'],
  );
  return { baseUrl, notes };
}

const endpoints = [PutNote, GetNote, FindNotes];
const document = openApi('notes', endpoints, nameSchemas([]), '1.0.0') as unknown as OpenApiDocument;
const operations = operationsOf('notes', document);
const [findNotes, putNote, getNote] = ['findNotes', 'putNote', 'getNote'].map((id) =>
  operations.find((it) => it.id === id)!,
);
const known = { id: ['a', 'b'] };
const seed = 42;

describe('the fuzzer', () => {
  it.each(operations)('finds nothing in a service that conforms to its contract: $id', async (operation) => {
    const { baseUrl } = await start();
    const report = await fuzz(operation, { baseUrl, requests: 300, known });
    expect(report.failure).toBeUndefined();
    expect(report.requests).toBe(300);
    expect(Object.keys(report.statuses).sort()).toEqual(expect.arrayContaining(['200', '400']));
  });

  const find = async (bugs: Bugs, operation = putNote!) => {
    const { baseUrl } = await start(bugs);
    return (await fuzz(operation, { baseUrl, requests: 500, known, seed })).failure;
  };

  it('finds a request that causes a server error, and shrinks it', async () => {
    jest.spyOn(process.stdout, 'write').mockReturnValue(true);
    const failure = await find({
      put: ({ stars }) => {
        if (stars === 5) throw new Error('No.');
      },
    });
    jest.restoreAllMocks();
    expect(failure).toContain('an error of the server');
    expect(failure).toMatch(/Repeat it with the seed -?\d+\./);
    expect(failure).toContain('"stars":5');
  });

  it('finds an answer that is not as published', async () => {
    const failure = await find({ pastContract: (body) => body.replace('"stars":3', '"stars":"three"') });
    expect(failure).toContain('the body is not as published: /stars must be integer');
  });

  it('finds an answer that is not JSON', async () => {
    expect(await find({ pastContract: () => '<html>' })).toContain('the body is not JSON');
  });

  it('finds a rejected request that changed something', async () => {
    const { baseUrl, notes } = await start();
    const spoilt = { ...putNote!, methods: ['GET', 'PUT'] };
    const changing = await serveApi(
      async (event) => {
        // A body that is no UTF-8 has another length as text, for which the other side would wait.
        const { 'content-length': _length, ...headers } = event.headers as Record<string, string>;
        const passed = await fetch(baseUrl + event.path, { method: event.httpMethod, headers, body: event.body });
        if (passed.status >= 400 && event.httpMethod === 'PUT')
          notes.set(event.pathParameters?.['id'] ?? '', { title: 'changed', stars: notes.size % 6 });
        return { statusCode: passed.status, headers: Object.fromEntries(passed.headers), body: await passed.text() };
      },
      ['/v1/notes/{id}'],
    );
    const { failure } = await fuzz(spoilt, { baseUrl: changing, requests: 500, known, seed });
    expect(failure).toContain('refused, and changed all the same');
  });

  it('finds a request that breaks the contract and is accepted', async () => {
    const loose = operationsOf(
      'notes',
      JSON.parse(JSON.stringify(document).replaceAll('"maximum":5', '"maximum":4')) as OpenApiDocument,
    );
    const { baseUrl } = await start();
    const operation = loose.find(({ id }) => id === 'putNote')!;
    const { failure } = await fuzz(operation, { baseUrl, requests: 3000, known: { ...known, stars: [5] } });
    expect(failure).toMatch(/taken, although it breaks the contract|the body is not as published/);
  });

  it('finds a request that conforms to the contract and is rejected', async () => {
    const wide = operationsOf(
      'notes',
      JSON.parse(JSON.stringify(document).replaceAll('"maximum":5', '"maximum":9')) as OpenApiDocument,
    );
    const { baseUrl } = await start();
    const { failure } = await fuzz(
      wide.find(({ id }) => id === 'putNote')!,
      { baseUrl, requests: 500, known, seed },
    );
    expect(failure).toContain('refused, although it holds the contract');
  });

  it('finds a status and a header that are not published', async () => {
    const { baseUrl } = await start();
    const { 200: ok, ...others } = putNote!.responses;
    const without = { ...putNote!, responses: others };
    expect((await fuzz(without, { baseUrl, requests: 300, known, seed })).failure).toContain(
      'the status 200 is not published',
    );
    const headers = { ...ok!.headers, 'X-More': { required: true, schema: {} } };
    const more = { ...putNote!, responses: { ...others, 200: { ...ok, headers } } };
    expect((await fuzz(more, { baseUrl, requests: 300, known, seed })).failure).toContain(
      'the header X-More is missing',
    );
  });

  describe('with callers', () => {
    const hidden = ['A note'];
    const caller = (kind: string, may: Caller['may']): Caller => ({ kind, headers: { kind }, may, hidden });
    const stranger = caller('a stranger', () => undefined);
    const another = caller('another customer', () => 'own');
    const withCallers = async (callers: readonly Caller[], operation = putNote!) => {
      const { baseUrl } = await start();
      const answers: number[] = [];
      const seen = ({ status }: { readonly status: number }) => void answers.push(status);
      const report = await fuzz(operation, {
        baseUrl,
        requests: 200,
        known,
        seed,
        callers,
        access: { any: 'things' as never },
        seen,
      });
      return { ...report, answers };
    };

    it('finds one who is let in without right', async () => {
      expect((await withCallers([stranger])).failure).toContain('a stranger was let in');
    });

    it('finds one who is shown what is another’s', async () => {
      expect((await withCallers([another], getNote)).failure).toContain('another customer was shown what is another');
    });

    it('finds nothing of one who may, and tells every answer', async () => {
      const { failure, requests, answers } = await withCallers([caller('an operator', () => 'any')], getNote);
      expect([failure, requests, answers.length]).toEqual([undefined, 200, 200]);
    });
  });

  it('finds that nothing answers', async () => {
    const closed = await fuzz(findNotes!, { baseUrl: 'http://127.0.0.1:9', requests: 2 });
    expect(closed.failure).toContain('ECONNREFUSED');
  });
});
