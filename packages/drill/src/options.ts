import { parseArgs } from 'node:util';
import { type Kind, KINDS } from './story.ts';

export const HELP = `Usage: npm run drill -- [options]

Sends random orders through its own local cloud while faults are injected, waits until all is quiet, and checks from
outside that everything is consistent.

  --seed N        the seed of the orders and faults (default: random); each part of a longer drill takes the next one
  --orders N      number of orders (60)
  --minutes M     as many orders as flow in this time, instead of --orders
  --rate R        orders per second (1)
  --kinds a,b     only these faults: ${KINDS.join(', ')}; "none" for none
  --each-absent   no faults except that each service is absent for two minutes, one after the other; all others receive
                  requests meanwhile, and must answer
  --part N        orders per cloud (500): a longer drill runs in parts, each with its own seed and cloud
  --replay FILE   replay the orders and faults of a story that a drill saved
  --reports FILE  append each part's report to this file of JSON lines, and print the sum of all its reports
  --stories DIR   where the stories of failures are saved (.local/drills)
  --no-shrink     do not look for a shorter story after a failure
  --json          print the report as one line of JSON
  --help          print this
`;

export interface Options {
  readonly seed: number;
  readonly orders: number;
  readonly rate: number;
  readonly kinds: readonly Kind[];
  readonly eachAbsent: boolean;
  readonly part: number;
  readonly replay?: string;
  readonly reports?: string;
  readonly stories: string;
  readonly shrink: boolean;
  readonly json: boolean;
  readonly help: boolean;
}

const MAX_ORDERS = 1_000_000;
const MAX_SEED = 2 ** 31 - 1;

/** @throws Error that names the unknown or invalid option */
export function parseOptions(args: readonly string[], newSeed: () => number): Options {
  const { values } = parseArgs({
    args: [...args],
    allowPositionals: false,
    options: {
      ...texts('seed', 'orders', 'minutes', 'rate', 'kinds', 'part', 'replay', 'reports', 'stories'),
      'each-absent': { type: 'boolean' },
      'no-shrink': { type: 'boolean' },
      json: { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
    },
  });
  const { orders, minutes, replay, reports } = values;
  if (orders !== undefined && minutes !== undefined) throw new Error('--orders and --minutes cannot be combined.');
  const eachAbsent = values['each-absent'] === true;
  const conflicting = ['orders', 'minutes', 'kinds', 'part', 'replay'].find((name) => name in values);
  if (eachAbsent && conflicting !== undefined)
    throw new Error(`--each-absent and --${conflicting} cannot be combined.`);
  const rate = number('rate', values.rate ?? '1', 0.01, 100);
  const flowing = minutes === undefined ? undefined : Math.ceil(number('minutes', minutes, 0.1, 10_000) * 60 * rate);
  return {
    seed: values.seed === undefined ? newSeed() : whole('seed', values.seed, 0, MAX_SEED),
    orders: flowing ?? whole('orders', orders ?? '60', 1, MAX_ORDERS),
    rate,
    kinds: kindsOf(values.kinds),
    eachAbsent,
    part: whole('part', values.part ?? '500', 1, MAX_ORDERS),
    ...(replay !== undefined && { replay }),
    ...(reports !== undefined && { reports }),
    stories: values.stories ?? '.local/drills',
    shrink: values['no-shrink'] !== true,
    json: values.json ?? false,
    help: values.help ?? false,
  };
}

const texts = <Name extends string>(...names: Name[]) =>
  Object.fromEntries(names.map((name) => [name, { type: 'string' }])) as Record<Name, { type: 'string' }>;

function kindsOf(value: string | undefined): readonly Kind[] {
  if (value === undefined) return KINDS;
  if (value === 'none') return [];
  return value.split(',').map((name) => {
    const kind = KINDS.find((it) => it === name);
    if (kind === undefined) throw new Error(`--kinds: unknown kind "${name}"; the kinds are ${KINDS.join(', ')}.`);
    return kind;
  });
}

function number(name: string, value: string, from: number, to: number): number {
  const read = Number(value);
  if (value !== '' && read >= from && read <= to) return read;
  throw new Error(`--${name} must be a number from ${from} to ${to}, not "${value}".`);
}

function whole(name: string, value: string, from: number, to: number): number {
  const read = number(name, value, from, to);
  if (Number.isInteger(read)) return read;
  throw new Error(`--${name} must be a whole number, not "${value}".`);
}
