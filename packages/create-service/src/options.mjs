/** The options of `npm run new-service`, in plain JavaScript so that they are checked before anything is installed. */
import { parseArgs } from 'node:util';

export const HELP = `Usage: npm run new-service NAME [-- OPTIONS]

Makes the service NAME, with tests, README, contracts and alarms. It runs and deploys as it stands.

  NAME              lower-case letters, digits and hyphens, at most 20: loyalty, gift-cards
  --aggregate WORD  one of the things that it keeps, singular. Default: the singular of NAME if NAME
                    is a plural (gift-cards keeps gift cards), otherwise entry
  --from FILE       makes the contracts of an OpenAPI 3.0 or 3.1 file, and a service that answers by their
                    examples until it has code of its own
  --mock            makes a service that answers by the examples of its contracts, which are there already
  --remove          removes the service NAME and its contracts instead
  --endpoint 'POST /v1/coupons'
                    adds one endpoint to the service NAME: POST to a list, GET, PUT or DELETE of one, GET
                    of a list that belongs to something
  --event WORDS     adds one event that the service NAME publishes, called after what it happened to:
                    entry-closed
  --consumes OWNER.EVENT
                    adds one event to those that the service NAME consumes: orders.OrderCompleted
  --force           with --remove: also what git does not have
  --dry-run         prints what would change, and changes nothing
  --help            prints this

An option follows two hyphens: npm run new-service loyalty -- --dry-run
What is there already stays as it is: the same command a second time changes nothing.
`;

const ADDITIONS = /** @type {const} */ (['endpoint', 'event', 'consumes']);

/**
 * @param {string[]} args
 * @returns {import('./options.mjs').Options}
 * @throws {Error} that names what is unknown or missing
 */
export function parseOptions(args) {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      aggregate: { type: 'string' },
      endpoint: { type: 'string' },
      event: { type: 'string' },
      consumes: { type: 'string' },
      from: { type: 'string' },
      mock: { type: 'boolean', default: false },
      remove: { type: 'boolean', default: false },
      force: { type: 'boolean', default: false },
      'dry-run': { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  const { aggregate, from, mock, remove, force, 'dry-run': dryRun, help } = values;
  const additions = ADDITIONS.flatMap((kind) => (values[kind] === undefined ? [] : [{ kind, what: values[kind] }]));
  const [name = '', ...more] = positionals;
  if (!help && name === '') throw new Error(`Give the service a name.\n\n${HELP}`);
  if (!help && more.length > 0) {
    const swallowed = 'npm takes options for itself that stand before two hyphens';
    throw new Error(
      `Give one name. These are ${positionals.length}: ${positionals.join(', ')} (${swallowed}).\n\n${HELP}`,
    );
  }
  const [add, another] = additions;
  if (another !== undefined) throw new Error(`Add one thing at a time: --${add?.kind} or --${another.kind}.`);
  if (add !== undefined && remove) throw new Error(`--${add.kind} adds to a service. It does not go with --remove.`);
  if (add !== undefined && aggregate !== undefined)
    throw new Error(`--aggregate is for a service that is made, not for --${add.kind}.`);
  if (remove && aggregate !== undefined)
    throw new Error('--aggregate is for a service that is made, not for --remove.');
  const whole = [
    ...Object.entries({ aggregate, from }).flatMap(([option, given]) => (given === undefined ? [] : [option])),
    ...Object.entries({ mock, remove }).flatMap(([option, given]) => (given ? [option] : [])),
    ...additions.map(({ kind }) => kind),
  ];
  if ((from !== undefined || mock) && whole.length > 1) {
    throw new Error(
      `--${from === undefined ? 'mock' : 'from'} makes a service. It does not go with --${whole.find((it) => it !== (from === undefined ? 'mock' : 'from'))}.`,
    );
  }
  if (force && !remove) throw new Error('--force goes with --remove.');
  return {
    ...{ name, remove, force, dryRun, help },
    ...(aggregate !== undefined && { aggregate }),
    ...(from !== undefined && { from }),
    ...(mock && { mock }),
    ...(add !== undefined && { add }),
  };
}
