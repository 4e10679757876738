import { AwsError } from '@dure/aws-protocols/aws-error';
import {
  allowOnly,
  invalid,
  limitExceeded,
  notFound,
  optionalText,
  paginate,
  requiredText,
} from '@dure/aws-protocols/aws-input';
import { violates, type Input } from '@dure/aws-protocols/aws-input';
import { busArn, busNameOf } from './arns.ts';
import type { Action, Context } from './context.ts';
import { inTransaction } from './schema.ts';
import { deleteTags, putTags } from './tags.ts';

const MAX_BUSES = 100;
const BUS_NAME = /^[.\-_A-Za-z0-9]+$/;

export interface Bus {
  readonly name: string;
  readonly description: string | null;
  readonly kms_key: string | null;
  /** JSON of its policy, which is kept and shown and puts nothing into effect. */
  readonly policy: string | null;
  readonly created: number;
  readonly modified: number;
}

export interface Buses {
  exists(name: string): boolean;
  /** Throws ResourceNotFoundException for a bus that does not exist. */
  get(name: string): Bus;
  all(): Bus[];
  readonly actions: Record<string, Action>;
}

/**
 * Event buses and their actions. Accepted and kept, without effect here: KmsKeyIdentifier.
 * Source: https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_CreateEventBus.html
 */
export function createBuses(context: Context, changed: () => void): Buses {
  const { database } = context;
  const select = database.prepare('SELECT * FROM eventbridge_buses WHERE name = ?');
  const find = (name: string): Bus | undefined => select.get(name) as unknown as Bus | undefined;
  const all = (): Bus[] => database.prepare('SELECT * FROM eventbridge_buses').all() as unknown as Bus[];
  const get = (name: string): Bus => {
    const bus = find(name);
    if (bus === undefined) throw notFound(`Event bus ${name} does not exist.`);
    return bus;
  };

  const describe = (bus: Bus): object => ({
    Name: bus.name,
    Arn: busArn(context, bus.name),
    Description: bus.description || undefined,
    KmsKeyIdentifier: bus.kms_key || undefined,
    Policy: bus.policy ?? undefined,
    CreationTime: bus.created / 1000,
    LastModifiedTime: bus.modified / 1000,
  });

  const actions: Record<string, Action> = {
    CreateEventBus(input) {
      allowOnly('CreateEventBus', input, ['Name', 'Description', 'KmsKeyIdentifier', 'Tags']);
      const name = newBusName(input);
      if (find(name) !== undefined) {
        throw new AwsError('ResourceAlreadyExistsException', `Event bus ${name} already exists.`);
      }
      if (all().length >= MAX_BUSES) throw limitExceeded();
      const description = optionalText(input, 'Description', 512);
      const key = optionalText(input, 'KmsKeyIdentifier', 2048);
      inTransaction(database, () => {
        database
          .prepare(
            'INSERT INTO eventbridge_buses (name, description, kms_key, created, modified) VALUES (?, ?, ?, ?, ?)',
          )
          .run(name, description ?? null, key ?? null, context.now(), context.now());
        putTags(context, busArn(context, name), input);
      });
      changed();
      return { EventBusArn: busArn(context, name), Description: description, KmsKeyIdentifier: key };
    },
    DescribeEventBus(input) {
      allowOnly('DescribeEventBus', input, ['Name']);
      return describe(get(busNameOf(context, input.Name)));
    },
    UpdateEventBus(input) {
      allowOnly('UpdateEventBus', input, ['Name', 'Description', 'KmsKeyIdentifier']);
      const bus = get(busNameOf(context, input.Name));
      const description = optionalText(input, 'Description', 512) ?? bus.description;
      const key = optionalText(input, 'KmsKeyIdentifier', 2048) ?? bus.kms_key;
      database
        .prepare('UPDATE eventbridge_buses SET description = ?, kms_key = ?, modified = ? WHERE name = ?')
        .run(description, key, context.now(), bus.name);
      return {
        Name: bus.name,
        Arn: busArn(context, bus.name),
        Description: description ?? undefined,
        KmsKeyIdentifier: key ?? undefined,
      };
    },
    ListEventBuses(input) {
      allowOnly('ListEventBuses', input, ['NamePrefix', 'NextToken', 'Limit']);
      const prefix = optionalText(input, 'NamePrefix', 256) ?? '';
      const matching = all().filter(({ name }) => name.startsWith(prefix));
      const { page, NextToken } = paginate(matching, ({ name }) => name, input);
      return { EventBuses: page.map(describe), NextToken };
    },
    /** One that is not there is gone already. */
    DeleteEventBus(input) {
      allowOnly('DeleteEventBus', input, ['Name']);
      const name = busNameOf(context, requiredText(input, 'Name', 1600));
      if (name === 'default') throw invalid('Cannot delete event bus default.');
      const rule = database.prepare('SELECT name FROM eventbridge_rules WHERE bus = ? LIMIT 1').get(name);
      if (rule !== undefined) throw invalid(`Event bus ${name} can't be deleted since it has rules.`);
      inTransaction(database, () => {
        database.prepare('DELETE FROM eventbridge_buses WHERE name = ?').run(name);
        deleteTags(context, busArn(context, name));
      });
      changed();
      return {};
    },
  };

  return { exists: (name) => find(name) !== undefined, get, all, actions };
}

function newBusName(input: Input): string {
  const name = requiredText(input, 'Name', 256);
  if (name.startsWith('aws.')) throw invalid(`CreateEventBus: partner event buses (${name}) are not supported here.`);
  if (!BUS_NAME.test(name))
    throw violates('name', name, 'must satisfy regular expression pattern: [\\.\\-_A-Za-z0-9]+');
  return name;
}
