import { readFileSync } from 'node:fs';
import { SourceMap, type SourceMapPayload } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { copyWorkspace, eventually, type RunningCloud, startCloud } from './harness.ts';

const workspace = copyWorkspace();
const TIMEOUT_MS = 2_000;
let cloud: RunningCloud;

beforeAll(async () => {
  cloud = await startCloud(workspace.root, '--services', 'alpha', '--inspect', 'alpha');
});

afterAll(async () => {
  await cloud?.end('SIGTERM');
  workspace.remove();
});

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: Record<string, never>;
  readonly result?: Record<string, never>;
}

/** What a debugger does: it attaches to the process, follows its threads, and speaks to each. */
async function attach(url: string) {
  const socket = new WebSocket(url);
  await new Promise((done) => socket.addEventListener('open', done, { once: true }));
  const events: (Message & { readonly sessionId: string })[] = [];
  let id = 0;
  const send = (method: string, params: object = {}) => socket.send(JSON.stringify({ id: (id += 1), method, params }));
  const toThread = (sessionId: string, method: string, params: object = {}) =>
    send('NodeWorker.sendMessageToWorker', {
      sessionId,
      message: JSON.stringify({ id: (id += 1), method, params }),
    });
  socket.addEventListener('message', ({ data }) => {
    const { method, params = {} } = JSON.parse(String(data)) as { method?: string; params?: Record<string, string> };
    if (method === 'NodeWorker.attachedToWorker') toThread(params['sessionId']!, 'Debugger.enable');
    if (method !== 'NodeWorker.receivedMessageFromWorker') return;
    events.push({ ...(JSON.parse(params['message']!) as Message), sessionId: params['sessionId']! });
  });
  send('NodeWorker.enable', { waitForDebuggerOnStart: false });
  const event = (what: string, is: (params: Record<string, string>) => boolean = () => true) =>
    eventually(
      () => Promise.resolve(events.find(({ method, params }) => method === what && is(params as never))),
      (found) => found !== undefined,
    ).then((found) => ({ sessionId: found!.sessionId, params: found!.params as Record<string, unknown> }));
  return { toThread, event, close: () => socket.close() };
}

/** Where a source's line is in a bundle, by its map. */
function locate(bundle: string, source: string, line: number): { lineNumber: number; columnNumber: number } {
  const payload = JSON.parse(readFileSync(`${bundle}.map`, 'utf8')) as SourceMapPayload;
  const map = new SourceMap(payload);
  const lines = readFileSync(bundle, 'utf8').split('\n');
  for (const [lineNumber, text] of lines.entries()) {
    for (let columnNumber = 0; columnNumber < text.length; columnNumber += 1) {
      const entry = map.findEntry(lineNumber, columnNumber);
      if (!('originalSource' in entry) || entry.originalLine !== line) continue;
      if (resolve(dirname(bundle), entry.originalSource) === source) return { lineNumber, columnNumber };
    }
  }
  throw new Error(`${source}:${line + 1} is not in ${bundle}.`);
}

it('stops at a line of a .ts file, longer than the function may take', async () => {
  const [, url = ''] = /(ws:\/\/127\.0\.0\.1:\S+)/.exec(cloud.errors()) ?? [];
  expect(cloud.errors()).toContain(`Attach a debugger to ${new URL(url).host} for alpha: docs/debugging.md`);
  await (await fetch(`${cloud.url}/alpha/local/v1/environment`)).text();
  const thread = await attach(url);
  const script = await thread.event('Debugger.scriptParsed', (it) => /alpha.src.api\.js$/.test(it['url'] ?? ''));
  expect(script.params['sourceMapURL']).toBe('api.js.map');
  const bundle = fileURLToPath(new URL(String(script.params['url']), 'file://'));
  const source = join(workspace.root, 'services', 'alpha', 'src', 'api.ts');
  const line = readFileSync(source, 'utf8')
    .split('\n')
    .findIndex((it) => it.includes('/v1/environment'));
  const { scriptId } = script.params;
  thread.toThread(script.sessionId, 'Debugger.setBreakpoint', {
    location: { scriptId, ...locate(bundle, source, line) },
  });

  const answer = fetch(`${cloud.url}/alpha/local/v1/environment`);
  const since = performance.now();
  await thread.event('Debugger.paused');
  await eventually(
    () => Promise.resolve(performance.now() - since),
    (waited) => waited > TIMEOUT_MS + 500,
  );
  thread.toThread(script.sessionId, 'Debugger.resume');
  expect((await answer).status).toBe(200);
  thread.close();
});

it('refuses a service that does not run', async () => {
  const data = join(workspace.root, 'other-data');
  await expect(startCloud(workspace.root, '--services', 'alpha', '--data', data, '--inspect', 'beta')).rejects.toThrow(
    '--inspect: "beta" does not run. These do: alpha.',
  );
});
