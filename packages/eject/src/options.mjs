/** The options of `npm run eject`, in plain JavaScript so that they are checked before anything is installed. */
import { parseArgs } from 'node:util';

export const HELP = `Usage: npm run eject -- [--yes]

Takes the shop out of this clone: its services, contracts, tests and documents. What stays is the platform with one
service, example, which npm run new-service makes. Nothing is committed.

  --yes   also when git has changes that are not committed, or this is not a git repository
  --help  print this
`;

/**
 * @param {string[]} args
 * @returns {{ yes: boolean, help: boolean }}
 * @throws {Error} that names what is unknown
 */
export function parseOptions(args) {
  const { values } = parseArgs({ args, options: { yes: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } } });
  return { yes: values.yes ?? false, help: values.help ?? false };
}
