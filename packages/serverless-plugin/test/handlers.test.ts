import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from '@jest/globals';
import { refuseMissingHandlers } from '../src/handlers.ts';

const folder = mkdtempSync(join(tmpdir(), 'dure-handlers-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
for (const path of ['src/http/index.ts', 'src/relay.mjs', 'src/report.py']) {
  mkdirSync(join(folder, path, '..'), { recursive: true });
  writeFileSync(join(folder, path), '');
}
const refuse = (handler: string) => () => refuseMissingHandlers(folder, { api: { handler } });

it.each(['src/http/index.handler', 'src/http.handler', 'src/relay.run', 'src/report.main'])(
  '%s is there',
  (handler) => {
    expect(refuse(handler)).not.toThrow();
  },
);

it.each([
  ['src/http/indx.handler', 'src/http/indx.ts or .js. The nearest are src/http/index, src/relay.'],
  ['src/rely.handler', 'there is no file src/rely.ts or .js. The nearest are src/relay, src/http/index.'],
  ['lost/place.handler', 'there is no file lost/place.ts or .js.'],
])('%s is refused with what is like it', (handler, sentence) => {
  expect(refuse(handler)).toThrow('functions.api.handler: serverless.yml has ');
  expect(refuse(handler)).toThrow(sentence);
});
