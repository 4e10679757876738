import { existsSync, mkdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import type { Service } from './service.ts';

const PLUGIN = '@dure/serverless-plugin';
const PROVIDER = ['packages', 'serverless-plugin', 'provider.yml'];
const FILENAME = 'serverless.yml';
const NAME = /^[a-z][a-z0-9-]*$/;

/**
 * The serverless.yml of a service that only answers by the examples of its contracts.
 * @param up the way from its folder to the workspace's: `../..`
 */
export const mockConfiguration = (service: string, up: string): string => `service: ${service}
frameworkVersion: '4'

plugins:
  - '${PLUGIN}'

provider: \${file(${up}/${PROVIDER.join('/')})}

custom:
  dure:
    mock: true

functions: {}
`;

/**
 * Makes the folder of a mock in `.local/mocks`, for \`npm start\` and for deployments.
 * @returns its path
 * @throws Error if no service can be called so
 */
export function makeMockFolder(root: string, service: string): string {
  if (!NAME.test(service)) {
    throw new Error(`--mock takes the names of services, such as catalog, and this is "${service}".`);
  }
  const folder = join(root, '.local', 'mocks', service);
  mkdirSync(folder, { recursive: true });
  const up = relative(folder, root).replaceAll(sep, '/');
  const dure = { owner: ownerOf(join(root, 'services', service)) ?? { name: `Mock of ${service}` } };
  const manifest = { name: `@dure/${service}-mock`, version: '0.0.0', private: true, dure };
  put(join(folder, FILENAME), mockConfiguration(service, up));
  put(join(folder, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  return folder;
}

/** Of the service itself, if it is there: its team answers for the contracts that the mock answers by. */
function ownerOf(folder: string): unknown {
  const file = join(folder, 'package.json');
  if (!existsSync(file)) return undefined;
  return (JSON.parse(readFileSync(file, 'utf8')) as { dure?: { owner?: unknown } }).dure?.owner;
}

/** Another process may be reading it, so that a file is not written again as it is. */
function put(path: string, text: string): void {
  if (!existsSync(path) || readFileSync(path, 'utf8') !== text) writeFileSync(path, text);
}

/** The services, with mocks in the place of those that are named and beside them. */
export function withMocks(
  root: string,
  stage: string,
  services: readonly Service[],
  mocked: readonly string[],
): Service[] {
  const mocks = [...new Set(mocked)].map((name): Service => {
    const folder = realpathSync(makeMockFolder(root, name));
    return { name, stage, folder, filename: FILENAME, state: 'starting', inputs: [] };
  });
  return [...services.filter(({ name }) => !mocked.includes(name)), ...mocks].sort((a, b) =>
    a.name < b.name ? -1 : 1,
  );
}
