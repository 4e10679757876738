/** The options of `npm run account`, in plain JavaScript so that they are checked before anything is installed. */
import { parseArgs } from 'node:util';
import { CALLERS_HELP, CALLERS_OPTIONS, callersOf } from './caller-options.mjs';

export const HELP = `Usage: npm run account -- [options]

Runs an AWS account on one port of this machine, to which "npx serverless deploy" deploys.

  --port NUMBER  the endpoint's port (4566, or the one that the data is for); 0 takes a free one
  --data DIR     the folder that keeps the account (.local/account)
  --fresh        start with an empty account
${CALLERS_HELP}  --json         print one line of JSON when ready, and nothing else to standard output
  --verbose      print all of the log
  --help         print this
`;

const MAX_PORT = 65535;

/**
 * @param {string[]} args
 * @returns {{ port: number | undefined, data: string, fresh: boolean, callers: { hosts: string[], origins: string[] },
 *   json: boolean, verbose: boolean, help: boolean }}
 * @throws {Error} that names the option that is unknown or wrong
 */
export function parseAccountOptions(args) {
  const { values } = parseArgs({
    args,
    allowPositionals: false,
    options: {
      port: { type: 'string' },
      data: { type: 'string' },
      fresh: { type: 'boolean' },
      ...CALLERS_OPTIONS,
      json: { type: 'boolean' },
      verbose: { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  const port = values.port === undefined ? undefined : Number(values.port);
  if (port !== undefined && (!Number.isInteger(port) || port < 0 || port > MAX_PORT || values.port === '')) {
    throw new Error(`--port takes a number from 0 to ${MAX_PORT}, and this is "${values.port}".`);
  }
  return {
    port,
    data: values.data ?? '.local/account',
    fresh: values.fresh ?? false,
    callers: callersOf(values),
    json: values.json ?? false,
    verbose: values.verbose ?? false,
    help: values.help ?? false,
  };
}
