import { AwsError } from '@dure/aws-protocols/aws-error';
import {
  allowOnly,
  invalid,
  notFound,
  optionalInteger,
  optionalText,
  paginate,
  requiredName,
} from '@dure/aws-protocols/aws-input';
import { requiredText, type Input } from '@dure/aws-protocols/aws-input';
import { busArn, busNameOf, eventBridgeArn } from './arns.ts';
import type { Buses } from './buses.ts';
import type { Action, Context } from './context.ts';
import { compiledPattern } from './compiled-pattern.ts';
import { inTransaction } from './schema.ts';

const DAY_MS = 24 * 60 * 60 * 1000;
const EDITABLE = ['Description', 'EventPattern', 'RetentionDays', 'KmsKeyIdentifier'];

export interface Archive {
  readonly name: string;
  readonly bus: string;
  readonly pattern: string | null;
  readonly description: string | null;
  readonly kms_key: string | null;
  /** Days; 0 keeps for ever. */
  readonly retention: number;
  readonly created: number;
}

export interface Archives {
  find(name: string): Archive | undefined;
  all(): Archive[];
  /** Deletes what has outlived its retention. */
  expire(): void;
  describe(archive: Archive): object;
  readonly actions: Record<string, Action>;
}

/**
 * Archives and their actions. Counts are exact at once (AWS's lag by hours). Accepted and kept, without effect here:
 * KmsKeyIdentifier. AWS's managed rule behind each archive is not shown.
 * Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-archive-event.html
 */
export function createArchives(context: Context, buses: Buses, changed: () => void): Archives {
  const { database } = context;
  const select = database.prepare('SELECT * FROM eventbridge_archives WHERE name = ?');
  const count = database.prepare(
    'SELECT COUNT(*) AS events, COALESCE(SUM(size), 0) AS bytes FROM eventbridge_archived WHERE archive = ?',
  );
  const deleteOlder = database.prepare('DELETE FROM eventbridge_archived WHERE archive = ? AND time < ?');

  const find = (name: string): Archive | undefined => select.get(name) as unknown as Archive | undefined;
  const all = (): Archive[] => database.prepare('SELECT * FROM eventbridge_archives').all() as unknown as Archive[];
  const get = (input: Input): Archive => {
    const name = requiredName(input, 'ArchiveName', 48);
    const archive = find(name);
    if (archive === undefined) throw notFound(`Archive ${name} does not exist.`);
    return archive;
  };
  const expire = (): void => {
    for (const { name, retention } of all()) {
      if (retention > 0) deleteOlder.run(name, context.now() - retention * DAY_MS);
    }
  };
  const arnOf = ({ name }: Archive): string => eventBridgeArn(context, `archive/${name}`);

  const describe = (archive: Archive): object => {
    const { events, bytes } = count.get(archive.name) as { events: number; bytes: number };
    return {
      ArchiveName: archive.name,
      EventSourceArn: busArn(context, archive.bus),
      State: 'ENABLED',
      RetentionDays: archive.retention,
      SizeBytes: bytes,
      EventCount: events,
      CreationTime: archive.created / 1000,
    };
  };
  const summary = (archive: Archive): object => ({
    ArchiveArn: arnOf(archive),
    State: 'ENABLED',
    CreationTime: archive.created / 1000,
  });
  const save = (archive: Archive): object => {
    database
      .prepare(
        `INSERT OR REPLACE INTO eventbridge_archives (name, bus, pattern, description, kms_key, retention, created)
         VALUES (?, ?, ?, ?, ?, ?, ?)`,
      )
      .run(
        archive.name,
        archive.bus,
        archive.pattern,
        archive.description,
        archive.kms_key,
        archive.retention,
        archive.created,
      );
    changed();
    return summary(archive);
  };

  /** A bus of another account is none that is known here, not an ARN that is wrong. */
  function sourceOf(input: Input): string {
    const arn = requiredText(input, 'EventSourceArn', 1600);
    const [, account, foreign] = /^arn:aws:events:[\w-]+:(\d{12}):event-bus\/([^/]+)$/.exec(arn) ?? [];
    if (foreign !== undefined && account !== context.accountId) throw notFound(`Event bus ${foreign} does not exist.`);
    return buses.get(busNameOf(context, arn)).name;
  }

  const actions: Record<string, Action> = {
    CreateArchive(input) {
      allowOnly('CreateArchive', input, ['ArchiveName', 'EventSourceArn', ...EDITABLE]);
      const name = requiredName(input, 'ArchiveName', 48);
      const bus = sourceOf(input);
      if (find(name) !== undefined) {
        throw new AwsError('ResourceAlreadyExistsException', `Archive ${name} already exists.`);
      }
      const empty = {
        name,
        bus,
        pattern: null,
        description: null,
        kms_key: null,
        retention: 0,
        created: context.now(),
      };
      return save({ ...empty, ...edited(input) });
    },
    UpdateArchive(input) {
      allowOnly('UpdateArchive', input, ['ArchiveName', ...EDITABLE]);
      const edits = edited(input);
      if (Object.keys(edits).length === 0) {
        throw invalid('At least one of EventPattern, RetentionDays or Description must be provided.');
      }
      return save({ ...get(input), ...edits });
    },
    DescribeArchive(input) {
      allowOnly('DescribeArchive', input, ['ArchiveName']);
      expire();
      const archive = get(input);
      return {
        ...describe(archive),
        ArchiveArn: arnOf(archive),
        Description: archive.description ?? undefined,
        EventPattern: archive.pattern ?? undefined,
        KmsKeyIdentifier: archive.kms_key ?? undefined,
      };
    },
    ListArchives(input) {
      allowOnly('ListArchives', input, ['NamePrefix', 'EventSourceArn', 'State', 'NextToken', 'Limit']);
      const source = optionalText(input, 'EventSourceArn', 1600);
      const bus = source === undefined ? undefined : buses.get(busNameOf(context, source)).name;
      const prefix = optionalText(input, 'NamePrefix', 48) ?? '';
      expire();
      const matching = all()
        .filter(({ name }) => name.startsWith(prefix))
        .filter((archive) => bus === undefined || archive.bus === bus)
        .filter(() => (input.State ?? 'ENABLED') === 'ENABLED');
      const { page, NextToken } = paginate(matching, ({ name }) => name, input);
      return { Archives: page.map(describe), NextToken };
    },
    DeleteArchive(input) {
      allowOnly('DeleteArchive', input, ['ArchiveName']);
      const { name } = get(input);
      inTransaction(database, () => {
        database.prepare('DELETE FROM eventbridge_archives WHERE name = ?').run(name);
        database.prepare('DELETE FROM eventbridge_archived WHERE archive = ?').run(name);
      });
      changed();
      return {};
    },
  };

  return { find, all, expire, describe, actions };
}

/** The properties that CreateArchive and UpdateArchive have in common, as far as they are given. */
function edited(input: Input): Partial<Archive> {
  const pattern = optionalText(input, 'EventPattern', 4096);
  if (pattern !== undefined) compiledPattern(pattern);
  const description = optionalText(input, 'Description', 512);
  const retention = optionalInteger(input, 'RetentionDays', 0, Number.MAX_SAFE_INTEGER);
  const key = optionalText(input, 'KmsKeyIdentifier', 2048);
  return {
    ...(pattern !== undefined && { pattern }),
    ...(description !== undefined && { description }),
    ...(retention !== undefined && { retention }),
    ...(key !== undefined && { kms_key: key }),
  };
}
