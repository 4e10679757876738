import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { BOOTSTRAP } from '@dure/release-gate/find-registry';
import { readCompose } from '../src/compose.ts';
import { composed, workspace } from './workspace.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..');

describe('serverless-compose.yml', () => {
  it('names every service of this repository, with its dependencies', () => {
    const services = readCompose(ROOT);
    expect(services.map(({ name, folder }) => [name, folder])).toEqual(
      services.map(({ name }) => [name, join(ROOT, 'services', name)]),
    );
    expect(services.find(({ name }) => name === 'orders')?.dependsOn).toContain('journal');
  });

  it('accepts one dependency, several or none', async () => {
    const root = await composed(
      'services:\n  a: { path: services/a }\n  b: { path: services/b, dependsOn: a }\n' +
        '  c: { path: ./services/c, dependsOn: [a, b] }\n',
      ...['a', 'b', 'c'],
    );
    expect(readCompose(root)).toEqual([
      { name: 'a', folder: join(root, 'services', 'a'), dependsOn: [] },
      { name: 'b', folder: join(root, 'services', 'b'), dependsOn: ['a'] },
      { name: 'c', folder: join(root, 'services', 'c'), dependsOn: ['a', 'b'] },
    ]);
  });

  const a = 'services:\n  a:\n    path: services/a\n';
  it.each([
    [
      'an unknown key',
      `${a}    dependson: b\n`,
      'line 4, services.a.dependson: there is no such key; the nearest is "dependsOn"',
    ],
    ['an unknown section', `${a}config: {}\n`, 'line 4, config: there is no such key; the nearest is "services"'],
    [
      'a service without a path',
      'services:\n  a: {}\n',
      'line 2, services.a.path: Invalid input: expected string, received undefined',
    ],
    [
      'a service that is text',
      'services:\n\n  a: services/a\n',
      'line 3, services.a: Invalid input: expected object, received string',
    ],
    [
      'a path that does not exist',
      'services:\n  a:\n    path: services/x\n',
      'line 3, services.a.path: there is no serverless.yml in',
    ],
    [
      'an unknown dependency',
      `${a}    dependsOn: [b, aa]\n`,
      'line 4, services.a.dependsOn: there is no service "b"; the nearest are a',
    ],
    ['a dependency on itself', `${a}    dependsOn: a\n`, 'line 4, services.a.dependsOn: this is a cycle: a → a'],
    ['one folder twice', `${a}  b:\n    path: ./services/a\n`, 'line 3, services.a.path: b has the same folder'],
    ['no service', 'services: {}\n', 'line 1, services: at least one service is required'],
    ['an empty file', '', 'line 1, the top: Invalid input: expected object, received null'],
    ['what is not YAML', 'services: [\n', 'serverless-compose.yml is not YAML:'],
    ['a key twice', `${a}  a:\n    path: services/a\n`, 'is not YAML: Map keys must be unique at line 4'],
  ])('refuses %s', async (_, compose, sentence) => {
    const root = await composed(compose, 'a');
    expect(() => readCompose(root)).toThrow(sentence);
  });

  it('refuses a cycle and prints it', async () => {
    const root = await composed(
      'services:\n  z: { path: services/z }\n  a: { path: services/a, dependsOn: [z, b] }\n' +
        '  b: { path: services/b, dependsOn: c }\n  c: { path: services/c, dependsOn: [z, a] }\n',
      ...['a', 'b', 'c', 'z'],
    );
    expect(() => readCompose(root)).toThrow(
      'serverless-compose.yml, line 3, services.a.dependsOn: this is a cycle: a → b → c → a',
    );
  });

  it('refuses a workspace with an unlisted service', async () => {
    const root = await composed(a, 'a', 'forgotten');
    expect(() => readCompose(root)).toThrow(
      'services/forgotten is a service that is missing from serverless-compose.yml',
    );
  });

  it('is missed', async () => {
    const root = await workspace({});
    expect(() => readCompose(root)).toThrow(`There is no serverless-compose.yml in ${root}`);
  });
});

it('the registry and what it needs are the bootstrap of a stage', () => {
  const services = readCompose(ROOT);
  const needed = (name: string): string[] => {
    const { dependsOn } = services.find((service) => service.name === name)!;
    return [...dependsOn.flatMap(needed), name];
  };
  expect([...new Set(needed('registry'))]).toEqual(BOOTSTRAP);
});
