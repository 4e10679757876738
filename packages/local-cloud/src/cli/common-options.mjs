/** Options that `npm start` and the account share, in plain JavaScript: they are checked before anything is installed. */
import { parseArgs } from 'node:util';

export const CALLERS_HELP = `  --allow-host NAME      also answer to this host name, as behind a proxy or in a container; may be repeated
  --allow-origin ORIGIN  let pages of this origin (http://localhost:5173) connect to WebSocket APIs; may be repeated
`;

export const OUTPUT_HELP = '  --json         print one line of JSON when ready, and nothing else to standard output\n';

/**
 * @type {{
 *   port: { type: 'string' }, data: { type: 'string' }, fresh: { type: 'boolean' },
 *   'allow-host': { type: 'string', multiple: true }, 'allow-origin': { type: 'string', multiple: true },
 *   json: { type: 'boolean' }, verbose: { type: 'boolean' }, help: { type: 'boolean', short: 'h' }
 * }}
 */
const OPTIONS = {
  port: { type: 'string' },
  data: { type: 'string' },
  fresh: { type: 'boolean' },
  'allow-host': { type: 'string', multiple: true },
  'allow-origin': { type: 'string', multiple: true },
  json: { type: 'boolean' },
  verbose: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
};
const MAX_PORT = 65535;
const HOST_NAME = /^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)*[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/;

/**
 * The options that both have, and the values of those that only one has.
 * @throws {Error} that names the option that is unknown or wrong
 */
export function parseCommon(args, own = {}) {
  const { values } = parseArgs({ args: [...args], allowPositionals: false, options: { ...OPTIONS, ...own } });
  return {
    common: {
      port: portOf(values.port),
      data: values.data,
      fresh: values.fresh ?? false,
      callers: callersOf(values),
      json: values.json ?? false,
      verbose: values.verbose ?? false,
      help: values.help ?? false,
    },
    values,
  };
}

function portOf(text) {
  if (text === undefined) return undefined;
  const port = Number(text);
  if (Number.isInteger(port) && port >= 0 && port <= MAX_PORT && text !== '') return port;
  throw new Error(`--port takes a number from 0 to ${MAX_PORT}, and this is "${text}".`);
}

function callersOf({ 'allow-host': hosts = [], 'allow-origin': origins = [] }) {
  const names = hosts.map((name) => name.toLowerCase());
  const wrongName = names.find((name) => !HOST_NAME.test(name));
  if (wrongName !== undefined) {
    throw new Error(`--allow-host takes a name without scheme, port or wildcard, and this is "${wrongName}".`);
  }
  const wrongOrigin = origins.find((origin) => !URL.canParse(origin) || new URL(origin).origin !== origin);
  if (wrongOrigin !== undefined) {
    throw new Error(`--allow-origin takes an origin like http://localhost:5173, and this is "${wrongOrigin}".`);
  }
  return { hosts: names, origins };
}
