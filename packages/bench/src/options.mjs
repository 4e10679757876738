/** The options of `npm run bench`, in plain JavaScript so that they are checked before anything is installed. */
import { parseArgs } from 'node:util';

export const PARTS = [
  ...['startup', 'memory', 'latency', 'throughput', 'profile'],
  ...['cost', 'scale', 'composition', 'binding', 'mesh', 'tokens', 'cold'],
];

export const HELP = `Usage: npm run bench -- [parts] [options]
       npm run bench -- compare --against REVISION [parts] [options]

Measures the system on this machine; all parts without a name. The figures are written to .local/bench as well.

  startup        how long until all services answer, by phase
  memory         of all processes: at rest, and after load
  latency        from an order placed to confirmed, at 5 orders a second
  throughput     orders a second for a minute with nothing lost
  profile        where the CPU time of the local cloud goes under that load
  cost           per order: invocations, requests, units, transitions; at AWS's list prices
  scale          orders a second until a partition of DynamoDB or a quota of AWS is full
  composition    a view of the gateway beside the slowest of its parts
  binding        what the contracts' bindings add to a bare function
  mesh           what the mesh adds to a call of another service
  tokens         what the verification of an access token takes, beside two libraries
  cold           size and cold start of the functions as they are shipped

  compare        measures another revision and this one in turn, and prints each figure with its ratio

  --against REVISION  the commit, branch or tag that compare measures too
  --rounds NUMBER   how often compare measures each of the two (2)
  --rate NUMBER     orders a second of throughput, profile and memory (25)
  --seconds NUMBER  how long a load lasts (60; 40 for latency and scale, 20 for profile and memory)
  --runs NUMBER     starts and imports to take the median of (5)
  --quick           short runs: to see that it works, not for figures
  --help            print this
`;

/**
 * @param {string[]} args
 * @returns {{ parts: string[], against: string | undefined, rounds: number, rate: number, seconds: number | undefined, runs: number, quick: boolean, help: boolean
 * }}
 * @throws {Error} that names the unknown or wrong option or part
 */
export function parseOptions(args) {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      against: { type: 'string' },
      rounds: { type: 'string' },
      rate: { type: 'string' },
      seconds: { type: 'string' },
      runs: { type: 'string' },
      quick: { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  const compare = positionals[0] === 'compare';
  const named = compare ? positionals.slice(1) : positionals;
  const unknown = named.find((name) => !PARTS.includes(name));
  if (unknown !== undefined) throw new Error(`There is no part "${unknown}". There are ${PARTS.join(', ')}.`);
  if (compare && !values.help && !values.against) throw new Error('compare needs --against with a revision.');
  if (!compare && values.against !== undefined)
    throw new Error('--against belongs to compare: npm run bench -- compare.');
  if (!compare && values.rounds !== undefined)
    throw new Error('--rounds belongs to compare: npm run bench -- compare.');
  return {
    parts: named.length === 0 ? PARTS : named,
    against: values.against,
    rounds: positive('rounds', values.rounds) ?? 2,
    rate: positive('rate', values.rate) ?? 25,
    seconds: positive('seconds', values.seconds),
    runs: positive('runs', values.runs) ?? 5,
    quick: values.quick ?? false,
    help: values.help ?? false,
  };
}

function positive(name, text) {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (!(value > 0)) throw new Error(`--${name} takes a positive number, not "${text}".`);
  return value;
}
