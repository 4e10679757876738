import { connect } from 'node:http2';
import { connect as connectTcp } from 'node:net';
import { once } from 'node:events';
import { afterAll, expect, it } from '@jest/globals';
import { ownHost } from '../src/access-rules.ts';
import { openServer } from '../src/server.ts';

const server = await openServer({
  http2: true,
  rule: ownHost,
  answer(request, response) {
    request.setEncoding('utf8');
    let body = '';
    request.on('data', (text: string) => (body += text));
    request.on('end', () => {
      response.setHeader('x-method', request.method ?? '');
      response.end(`${request.url} ${request.headers['x-mine']} ${body}`);
    });
  },
});
afterAll(() => server.close());

async function askByHttp2(headers: Record<string, string>, body: string | Buffer = '') {
  const session = connect(server.endpoint);
  const request = session.request({ ':method': 'POST', ':path': '/a?b=1', ...headers });
  request.end(body);
  const [answered] = (await once(request, 'response')) as [Record<string, unknown>];
  const chunks = (await request.toArray()) as Buffer[];
  session.close();
  return { status: answered[':status'], headers: answered, text: Buffer.concat(chunks).toString('utf8') };
}

it('answers HTTP/1.1 and HTTP/2 on one port alike', async () => {
  const init = { method: 'POST', body: 'hello', headers: { 'x-mine': 'yes' } };
  const plain = await fetch(`${server.endpoint}/a?b=1`, init);
  const byHttp2 = await askByHttp2({ 'x-mine': 'yes' }, 'hello');
  expect(byHttp2).toMatchObject({ status: 200, text: '/a?b=1 yes hello', headers: { 'x-method': 'POST' } });
  expect(await plain.text()).toBe(byHttp2.text);
});

it('hands on a body of any size', async () => {
  const body = 'x'.repeat(3_000_000);
  const { text } = await askByHttp2({ 'x-mine': 'long' }, body);
  expect(text).toHaveLength('/a?b=1 long '.length + body.length);
});

it('asks its rule: a foreign name is refused', async () => {
  expect(await askByHttp2({ ':authority': 'evil.example' })).toMatchObject({ status: 403 });
});

it('survives clients that begin with half a preface, or end after it', async () => {
  for (const bytes of ['PRI * HTTP/2.0\r\n\r\nSM', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\nno frame at all', '\0']) {
    const socket = connectTcp(server.port, '127.0.0.1');
    socket.on('error', () => {});
    socket.end(bytes);
    await once(socket.resume(), 'close');
  }
  expect(await askByHttp2({ 'x-mine': 'still' })).toMatchObject({ status: 200 });
});

it('ends sessions that clients hold when it closes', async () => {
  const other = await openServer({ http2: true, rule: ownHost, answer: (_request, response) => void response.end() });
  const session = connect(other.endpoint);
  session.on('error', () => {});
  await once(session, 'remoteSettings');
  const closed = once(session, 'close');
  await other.close();
  await closed;
});
