import { AwsError } from '@dure/aws-protocols/aws-error';
import {
  allowOnly,
  invalid,
  limitExceeded,
  notFound,
  optionalObject,
  optionalText,
  paginate,
} from '@dure/aws-protocols/aws-input';
import { requiredName, requiredText, requiredTime, type Input } from '@dure/aws-protocols/aws-input';
import type { Archives } from './archives.ts';
import { busArn, busNameOf, eventBridgeArn, resourceName, ruleOf } from './arns.ts';
import type { Buses } from './buses.ts';
import type { Action, Context } from './context.ts';
import type { Rules } from './rules.ts';

const MAX_ACTIVE = 10;
const ACTIVE = ['STARTING', 'RUNNING', 'CANCELLING'];

export interface Replay {
  readonly name: string;
  readonly archive: string;
  readonly bus: string;
  /** ARNs of rules, as JSON; null means every rule of the bus. */
  readonly filters: string | null;
  readonly description: string | null;
  readonly start: number;
  readonly stop: number;
  readonly state: string;
  readonly reason: string | null;
  readonly created: number;
  readonly ended: number | null;
  /** Where the replay is: the time of the last event replayed and its number in the archive. */
  readonly last_time: number | null;
  readonly last_sequence: number;
}

export interface Replays {
  all(): Replay[];
  readonly actions: Record<string, Action>;
}

/**
 * The actions on replays; `run` is called with the name of each new one.
 * Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-replay-archived-event.html
 */
export function createReplays(
  context: Context,
  { buses, rules, archives }: { buses: Buses; rules: Rules; archives: Archives },
  run: (name: string) => void,
): Replays {
  const { database } = context;
  const select = database.prepare('SELECT * FROM eventbridge_replays WHERE name = ?');
  const all = (): Replay[] => database.prepare('SELECT * FROM eventbridge_replays').all() as unknown as Replay[];
  const get = (input: Input): Replay => {
    const name = requiredName(input, 'ReplayName', 64);
    const replay = select.get(name) as unknown as Replay | undefined;
    if (replay === undefined) throw notFound(`Replay ${name} does not exist.`);
    return replay;
  };
  const arnOf = (name: string): string => eventBridgeArn(context, `replay/${name}`);
  const archiveArn = (name: string): string => eventBridgeArn(context, `archive/${name}`);

  const describe = (replay: Replay): object => ({
    ReplayName: replay.name,
    EventSourceArn: archiveArn(replay.archive),
    State: replay.state,
    StateReason: replay.reason ?? undefined,
    EventStartTime: replay.start / 1000,
    EventEndTime: replay.stop / 1000,
    EventLastReplayedTime: seconds(replay.last_time),
    ReplayStartTime: replay.created / 1000,
    ReplayEndTime: seconds(replay.ended),
  });

  const actions: Record<string, Action> = {
    StartReplay(input) {
      const known = ['ReplayName', 'Description', 'EventSourceArn', 'EventStartTime', 'EventEndTime', 'Destination'];
      allowOnly('StartReplay', input, known);
      const name = requiredName(input, 'ReplayName', 64);
      const description = optionalText(input, 'Description', 512);
      const { bus, filters } = destinationOf(input);
      const start = requiredTime(input, 'EventStartTime');
      const stop = requiredTime(input, 'EventEndTime');
      if (start >= stop) {
        throw invalid('Parameter EventEndTime is not valid. Reason: EventStartTime must be before EventEndTime.');
      }
      const archive = archiveOf(input, bus);
      if (all().some((replay) => replay.name === name)) {
        throw new AwsError('ResourceAlreadyExistsException', `Replay ${name} already exists.`);
      }
      if (all().filter(({ state }) => ACTIVE.includes(state)).length >= MAX_ACTIVE) throw limitExceeded();
      const created = context.now();
      database
        .prepare(
          `INSERT INTO eventbridge_replays (name, archive, bus, filters, description, start, stop, state, created)
           VALUES (?, ?, ?, ?, ?, ?, ?, 'STARTING', ?)`,
        )
        .run(name, archive, bus, filters, description ?? null, start, stop, created);
      run(name);
      return { ReplayArn: arnOf(name), State: 'STARTING', ReplayStartTime: created / 1000 };
    },
    DescribeReplay(input) {
      allowOnly('DescribeReplay', input, ['ReplayName']);
      const replay = get(input);
      const FilterArns = replay.filters === null ? undefined : (JSON.parse(replay.filters) as unknown);
      return {
        ...describe(replay),
        ReplayArn: arnOf(replay.name),
        Description: replay.description ?? undefined,
        Destination: { Arn: busArn(context, replay.bus), FilterArns },
      };
    },
    ListReplays(input) {
      allowOnly('ListReplays', input, ['NamePrefix', 'State', 'EventSourceArn', 'NextToken', 'Limit']);
      const prefix = optionalText(input, 'NamePrefix', 64) ?? '';
      const source = optionalText(input, 'EventSourceArn', 1600);
      const state = optionalText(input, 'State', 64);
      const matching = all()
        .filter((replay) => replay.name.startsWith(prefix))
        .filter((replay) => source === undefined || archiveArn(replay.archive) === source)
        .filter((replay) => state === undefined || replay.state === state);
      const { page, NextToken } = paginate(matching, ({ name }) => name, input);
      return { Replays: page.map(describe), NextToken };
    },
    CancelReplay(input) {
      allowOnly('CancelReplay', input, ['ReplayName']);
      const { name, state } = get(input);
      if (state !== 'STARTING' && state !== 'RUNNING') {
        throw new AwsError(
          'IllegalStatusException',
          `Replay ${name} is not in a valid state for this operation: ${state}.`,
        );
      }
      database.prepare("UPDATE eventbridge_replays SET state = 'CANCELLING' WHERE name = ?").run(name);
      return { ReplayArn: arnOf(name), State: 'CANCELLING' };
    },
  };

  function destinationOf(input: Input): { bus: string; filters: string | null } {
    const destination = optionalObject(input, 'Destination') ?? {};
    allowOnly('Destination', destination, ['Arn', 'FilterArns']);
    const bus = buses.get(busNameOf(context, requiredText(destination, 'Arn', 1600))).name;
    const filters = destination.FilterArns ?? undefined;
    if (filters === undefined) return { bus, filters: null };
    if (!Array.isArray(filters)) throw invalid('Parameter Destination.FilterArns is not valid.');
    for (const arn of filters) {
      const named = ruleOf(context, String(arn));
      if (named.bus !== bus)
        throw invalid(`Parameter Destination.FilterArns is not valid. Reason: ${arn} is on another bus.`);
      rules.get(bus, named.rule);
    }
    return { bus, filters: JSON.stringify(filters) };
  }

  function archiveOf(input: Input, bus: string): string {
    const name = resourceName(context, requiredText(input, 'EventSourceArn', 1600), 'archive');
    const archive = archives.find(name);
    if (archive === undefined) {
      throw invalid(`Parameter EventSourceArn is not valid. Reason: Archive ${name} does not exist.`);
    }
    if (archive.bus !== bus) {
      throw invalid('Parameter Destination.Arn is not valid. Reason: Cross event bus replay is not permitted.');
    }
    return name;
  }

  return { all, actions };
}

function seconds(ms: number | null): number | undefined {
  return ms === null ? undefined : ms / 1000;
}
