import { type ChildProcess, execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type BareMachine, bareMachine, end } from './bare-machine.ts';

/** What is installed for the first time comes over the network. */
const INSTALL_MS = 600_000;
const UNIT_TEST = 'services/journal/test/domain/replay.test.ts';

let machine: BareMachine;
beforeAll(async () => {
  machine = await bareMachine([20, 22, 26]);
}, INSTALL_MS);
afterAll(() => machine.remove());

describe('in a fresh clone, with an empty npm cache and a home that cannot be written', () => {
  let system: ChildProcess | undefined;
  let url: string;
  let output = '';
  afterAll(() => end(system));

  it(
    'npm start on Node 20 installs what is missing and starts every service',
    async () => {
      system = machine.npm(['start', '--', '--port', '0', '--json'], { node: 20 });
      system.stderr?.on('data', (text: Buffer) => (output += text.toString()));
      url = await readyAt(system, () => output);
      expect(url).toContain('http://');
      expect(output).toMatch(/^This is Node\.js v20\..+ Getting it from npm …$/m);
      expect(output).toContain('Installed after');
      const found = readFileSync(join(machine.root, '.local', 'node24-path'), 'utf8');
      expect(execFileSync(found, ['--version'], { encoding: 'utf8' })).toMatch(/^v24\./);
    },
    INSTALL_MS,
  );

  // shop
  it(
    'npm run demo shows every ending',
    async () => {
      const demo = await run(['run', 'demo', '--', '--url', url], 20);
      expect({ ...demo, said: demo.code === 0 ? '' : demo.said }).toMatchObject({ code: 0, said: '' });
      expect(demo.said).not.toContain('✗');
      expect(demo.said).toContain('✓ completed');
    },
    INSTALL_MS,
  );
  // /shop

  it.each([20, 22, 26])(
    'npm test runs one unit test on Node %i',
    async (node) => {
      const test = await run(['test', '--', '--unit', UNIT_TEST], node);
      expect(test).toMatchObject({ code: 0, said: expect.stringMatching(/^[1-9]\d* passed, 0 failed$/m) });
    },
    INSTALL_MS,
  );

  it('nothing was written into the home', () => {
    expect(readdirSync(machine.home)).toEqual([]);
  });
});

/** Where the system says that it answers. @throws Error with what it said, when it ends before */
function readyAt(child: ChildProcess, said: () => string): Promise<string> {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`npm start ended with ${code}:\n${said()}`)));
    if (child.stdout === null) throw new Error('npm start has no output.');
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (line.startsWith('{')) resolve((JSON.parse(line) as { url: string }).url);
    });
  });
}

function run(parameters: readonly string[], node: number): Promise<{ code: number | null; said: string }> {
  const child = machine.npm(parameters, { node });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (text: Buffer) => (said += text.toString()));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, said }));
  });
}
