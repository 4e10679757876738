/** The options of `npm start`, in plain JavaScript so that they are checked before anything is installed. */
import { parseArgs } from 'node:util';
import { CALLERS_HELP, CALLERS_OPTIONS, callersOf } from './caller-options.mjs';

export const HELP = `Usage: npm start -- [options]

Runs the services on this machine.

  --only a,b     run these services, and those they depend on
  --port NUMBER  the front door's port (4000); 0 takes a free one
  --data DIR     the folder that keeps the data (.local)
  --fresh        start with empty data
  --no-watch     do not reload functions when their sources are saved
${CALLERS_HELP}  --json         print one line of JSON when ready, and nothing else to standard output
  --verbose      print all of the log, and how long each phase of the start took
  --help         print this
`;

const DEFAULT_PORT = 4000;
const MAX_PORT = 65535;

/**
 * @param {string[]} args
 * @returns {{ only?: string[], port: number, data: string, fresh: boolean, watch: boolean,
 *   callers: { hosts: string[], origins: string[] }, json: boolean, verbose: boolean, help: boolean }}
 * @throws {Error} that names the option that is unknown or wrong
 */
export function parseOptions(args) {
  const { values } = parseArgs({
    args,
    allowPositionals: false,
    options: {
      only: { type: 'string' },
      port: { type: 'string' },
      data: { type: 'string' },
      fresh: { type: 'boolean' },
      'no-watch': { type: 'boolean' },
      ...CALLERS_OPTIONS,
      json: { type: 'boolean' },
      verbose: { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  const port = values.port === undefined ? DEFAULT_PORT : Number(values.port);
  if (!Number.isInteger(port) || port < 0 || port > MAX_PORT || values.port === '') {
    throw new Error(`--port takes a number from 0 to ${MAX_PORT}, and this is "${values.port}".`);
  }
  const only = values.only?.split(',').filter((name) => name !== '');
  if (only?.length === 0) throw new Error('--only takes the names of services, with commas between them.');
  return {
    ...(only !== undefined && { only }),
    port,
    data: values.data ?? '.local',
    fresh: values.fresh ?? false,
    watch: !values['no-watch'],
    callers: callersOf(values),
    json: values.json ?? false,
    verbose: values.verbose ?? false,
    help: values.help ?? false,
  };
}
