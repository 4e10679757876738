/** The options of `npm run account`. */
import { CALLERS_HELP, OUTPUT_HELP, parseCommon } from './common-options.mjs';

export const HELP = `Usage: npm run account -- [options]

Runs an AWS account on one port of this machine, to which "npx serverless deploy" deploys.

  --port NUMBER  the endpoint's port (4566, or the one that the data is for); 0 takes a free one
  --data DIR     the folder that keeps the account (.local/account)
  --fresh        start with an empty account
${CALLERS_HELP}${OUTPUT_HELP}  --verbose      print all of the log
  --help         print this
`;

/**
 * @param {readonly string[]} args
 * @throws {Error} that names the option that is unknown or wrong
 */
export function parseAccountOptions(args) {
  const { common } = parseCommon(args);
  return { ...common, data: common.data ?? '.local/account' };
}
