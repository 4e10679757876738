/** The options of `npm start` and `npm run account` that say who may use what they open besides this machine's own. */

export const CALLERS_HELP = `  --allow-host NAME      also answer to this host name, as behind a proxy or in a container; may be repeated
  --allow-origin ORIGIN  let pages of this origin (http://localhost:5173) connect to WebSocket APIs; may be repeated
`;

/** @type {{ 'allow-host': { type: 'string', multiple: true }, 'allow-origin': { type: 'string', multiple: true } }} */
export const CALLERS_OPTIONS = {
  'allow-host': { type: 'string', multiple: true },
  'allow-origin': { type: 'string', multiple: true },
};

const HOST_NAME = /^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)*[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/;

/**
 * @param {{ 'allow-host'?: string[], 'allow-origin'?: string[] }} values
 * @returns {{ hosts: string[], origins: string[] }}
 * @throws {Error} that names what is not a host name or an origin
 */
export function callersOf({ 'allow-host': hosts = [], 'allow-origin': origins = [] }) {
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
