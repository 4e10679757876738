/** The options of `npm start`. */
import { CALLERS_HELP, OUTPUT_HELP, parseCommon } from './common-options.mjs';

/** The folder of the data, where none is named. */
export const DATA = '.local';

export const HELP = `Usage: npm start -- [options]

Runs the services on this machine.

  --services a,b run these services, and those they depend on
  --mock a,b     answer by the examples of these services' contracts instead of running them; may be repeated
  --port NUMBER  the front door's port (4000); 0 takes a free one
  --data DIR     the folder that keeps the data (.local)
  --fresh        start with empty data
  --inspect a,b  let a debugger hold the functions of these services, at 127.0.0.1:9229: docs/debugging.md
  --no-watch     do not reload functions when their sources are saved
${CALLERS_HELP}${OUTPUT_HELP}  --verbose      print all of the log, and how long each phase of the start took
  --help         print this
`;

const DEFAULT_PORT = 4000;

/**
 * @param {readonly string[]} args
 * @throws {Error} that names the option that is unknown or wrong
 */
export function parseOptions(args) {
  const { common, values } = parseCommon(args, {
    ...{ services: { type: 'string' }, inspect: { type: 'string' }, 'no-watch': { type: 'boolean' } },
    mock: { type: 'string', multiple: true },
  });
  const only = namesOf('services', values.services);
  const inspect = namesOf('inspect', values.inspect);
  const mock = namesOf('mock', values.mock?.join(','));
  return {
    ...common,
    ...(only !== undefined && { only }),
    ...(inspect !== undefined && { inspect }),
    ...(mock !== undefined && { mock }),
    port: common.port ?? DEFAULT_PORT,
    data: common.data ?? DATA,
    watch: !values['no-watch'],
  };
}

function namesOf(option, text) {
  const names = text?.split(',').filter((name) => name !== '');
  if (names?.length === 0) throw new Error(`--${option} takes the names of services, with commas between them.`);
  return names;
}
