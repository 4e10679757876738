/** The options of `npm run new-service`, in plain JavaScript so that they are checked before anything is installed. */
import { parseArgs } from 'node:util';

export const HELP = `Usage: npm run new-service NAME [-- --aggregate WORD]

Makes the service NAME, with tests, README, contracts and alarms, which runs and deploys as it stands.

  NAME              lower-case letters, digits and hyphens, 20 at most: loyalty, gift-cards
  --aggregate WORD  one of the things that it keeps, singular. The singular of NAME if that is a
                    plural (gift-cards keeps gift cards), otherwise entry
  --help            print this
`;

/**
 * @param {string[]} args
 * @returns {{ name: string, aggregate?: string, help: boolean }}
 * @throws {Error} that names what is unknown or missing
 */
export function parseOptions(args) {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { aggregate: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
  });
  const { aggregate, help = false } = values;
  const [name = '', ...more] = positionals;
  if (!help && (name === '' || more.length > 0)) {
    throw new Error(`Give one name, not ${positionals.length}.\n\n${HELP}`);
  }
  return { name, help, ...(aggregate !== undefined && { aggregate }) };
}
