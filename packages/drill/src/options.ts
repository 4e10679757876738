import { parseArgs } from 'node:util';
import { type Kind, KINDS } from './story.ts';

export const HELP = `Usage: npm run drill -- [options]

Lets orders of random shapes flow through a local cloud of its own while faults are injected by a seed, waits until all
is quiet, and checks from the outside that everything adds up.

  --seed N        which orders and faults (a new one each time); each part of a longer drill takes the next
  --orders N      how many orders (60)
  --minutes M     as many as flow in this time, instead
  --rate R        orders a second (1)
  --kinds a,b     these faults only: ${KINDS.join(', ')}; none for none
  --each-absent   nothing goes wrong but that each service is absent for two minutes, one after the other; all others are
                  asked meanwhile, and have to answer
  --part N        orders to a cloud (500): a longer drill goes in parts, each with a seed and a cloud of its own
  --replay FILE   the orders and faults of a story that a drill wrote
  --reports FILE  appends each part's report to this file of JSON lines, and sums up all that is in there
  --stories DIR   where the story of a failure is written (.local/drills)
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

/** @throws Error that names the option which is unknown or wrong */
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
  if (orders !== undefined && minutes !== undefined) throw new Error('--orders and --minutes do not go together.');
  const eachAbsent = values['each-absent'] === true;
  const told = ['orders', 'minutes', 'kinds', 'part', 'replay'].find((name) => name in values);
  if (eachAbsent && told !== undefined) throw new Error(`--each-absent and --${told} do not go together.`);
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
    if (kind === undefined) throw new Error(`--kinds: there is no "${name}"; there are ${KINDS.join(', ')}.`);
    return kind;
  });
}

function number(name: string, value: string, from: number, to: number): number {
  const read = Number(value);
  if (value !== '' && read >= from && read <= to) return read;
  throw new Error(`--${name} takes a number from ${from} to ${to}, and this is "${value}".`);
}

function whole(name: string, value: string, from: number, to: number): number {
  const read = number(name, value, from, to);
  if (Number.isInteger(read)) return read;
  throw new Error(`--${name} takes a whole number, and this is "${value}".`);
}
