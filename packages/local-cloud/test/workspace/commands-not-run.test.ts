import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, it } from '@jest/globals';

const SOURCE = join(import.meta.dirname, '..', '..', 'src', 'workspace');

/** In a process, as Jest has a cache of modules that nothing can be put into. */
const LOADED = `
import { createRequire } from 'node:module';
const require = createRequire(${JSON.stringify(join(SOURCE, 'serverless.ts'))});
const { COMMANDS_NOT_RUN, leaveOutCommands } = await import(${JSON.stringify(pathToFileURL(join(SOURCE, 'commands-not-run.ts')).href)});
leaveOutCommands();
const plugins = require('serverless/lib/plugins/index.js').map(({ name }) => name);
const paths = Object.keys(require.cache).map((path) => path.replaceAll('\\\\', '/'));
const clients = [...new Set(paths.flatMap((path) => /@aws-sdk\\/(client-[^/]+)/.exec(path)?.[1] ?? []))];
console.log(JSON.stringify({ left: plugins.filter((name) => name === 'NotRun').length, of: COMMANDS_NOT_RUN.length, plugins, clients }));
`;

interface Answer {
  readonly left: number;
  readonly of: number;
  readonly plugins: string[];
  readonly clients: string[];
}

it('the framework is loaded without the commands that nobody runs here', () => {
  const output = execFileSync(process.execPath, ['--input-type=module', '--eval', LOADED], { encoding: 'utf8' });
  const { left, of, plugins, clients } = JSON.parse(output) as Answer;
  expect(left).toBe(of);
  expect(plugins).toEqual(
    expect.arrayContaining(['AwsProvider', 'AwsPackage', 'AwsCompileApigEvents', 'HttpApiEvents']),
  );
  expect(clients).toContain('client-cloudformation');
  expect(clients.filter((name) => /lambda|logs|cloudwatch/.test(name))).toEqual([]);
});
