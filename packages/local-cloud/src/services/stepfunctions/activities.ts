import type { DatabaseSync } from 'node:sqlite';
import { AwsError } from '@dure/aws-protocols/aws-error';
import { checkArn, checkName, optionalText, pageSize, readPageToken, text } from './request.ts';
import { refuse, writePageToken, type Request } from './request.ts';
import { OWN_KEY } from './state-machines.ts';
import { after } from './timers.ts';

interface Parts {
  readonly database: DatabaseSync;
  readonly accountId: string;
  readonly region: string;
  readonly now: () => number;
}

/** A task that waits for a worker. */
export interface ActivityTask {
  readonly token: string;
  /** JSON text. */
  readonly input: string;
  /** A worker takes it. */
  started(workerName: string | undefined): void;
}

interface ActivityRow {
  readonly arn: string;
  readonly name: string;
  readonly created_at: number;
}

type Poller = (task: ActivityTask | undefined) => void;

/** How long GetActivityTask waits for a task. */
const POLL_MILLISECONDS = 60_000;
const SCHEMA =
  'CREATE TABLE IF NOT EXISTS sfn_activities (arn TEXT PRIMARY KEY, name TEXT NOT NULL, created_at REAL NOT NULL)';

/**
 * Activities: tasks that workers ask for. A worker answers by SendTaskSuccess, SendTaskFailure and SendTaskHeartbeat.
 * Source: https://docs.aws.amazon.com/step-functions/latest/dg/concepts-activities.html
 */
export function createActivities({ database, accountId, region, now }: Parts) {
  database.exec(SCHEMA);
  const waiting = new Map<string, ActivityTask[]>();
  const pollers = new Map<string, Poller[]>();
  const rowOf = (arn: string) =>
    database.prepare('SELECT * FROM sfn_activities WHERE arn = ?').get(arn) as ActivityRow | undefined;

  function find(request: Request): ActivityRow {
    const arn = checkArn(text(request, 'activityArn', 256), 'activity');
    const row = rowOf(arn);
    if (row !== undefined) return row;
    throw new AwsError('ActivityDoesNotExist', `Activity Does Not Exist: '${arn}'`);
  }

  /** Hands the task to a worker that asks, or lets it wait for one. Answers how to take it back. */
  function schedule(arn: string, task: ActivityTask): () => void {
    const poller = pollers.get(arn)?.shift();
    if (poller !== undefined) poller(task);
    else waiting.set(arn, [...(waiting.get(arn) ?? []), task]);
    return () => {
      const left = (waiting.get(arn) ?? []).filter((other) => other !== task);
      waiting.set(arn, left);
    };
  }

  async function getTask(request: Request): Promise<object> {
    const { arn } = find(request);
    const workerName = optionalText(request, 'workerName', 80);
    const task = waiting.get(arn)?.shift() ?? (await nextTask(arn));
    if (task === undefined) return {};
    task.started(workerName);
    return { taskToken: task.token, input: task.input };
  }

  function nextTask(arn: string): Promise<ActivityTask | undefined> {
    const { promise, resolve } = Promise.withResolvers<ActivityTask | undefined>();
    pollers.set(arn, [...(pollers.get(arn) ?? []), resolve]);
    const cancel = after(POLL_MILLISECONDS, () => resolve(undefined));
    return promise.finally(() => {
      cancel();
      pollers.set(
        arn,
        (pollers.get(arn) ?? []).filter((other) => other !== resolve),
      );
    });
  }

  return {
    exists: (arn: string) => rowOf(arn) !== undefined,
    schedule,
    /** Lets no worker wait on. */
    halt: () => [...pollers.values()].flat().forEach((resolve) => resolve(undefined)),
    actions: {
      CreateActivity(request: Request): object {
        refuse(request, ['tags', 'encryptionConfiguration']);
        const name = checkName(text(request, 'name'));
        const arn = `arn:aws:states:${region}:${accountId}:activity:${name}`;
        database.prepare('INSERT OR IGNORE INTO sfn_activities VALUES (?, ?, ?)').run(arn, name, now());
        return { activityArn: arn, creationDate: (rowOf(arn)?.created_at ?? 0) / 1000 };
      },
      DescribeActivity(request: Request): object {
        const { arn, name, created_at } = find(request);
        return { activityArn: arn, name, creationDate: created_at / 1000, encryptionConfiguration: OWN_KEY };
      },
      /** No error when there is none, as on AWS. */
      DeleteActivity(request: Request): object {
        const arn = checkArn(text(request, 'activityArn', 256), 'activity');
        database.prepare('DELETE FROM sfn_activities WHERE arn = ?').run(arn);
        return {};
      },
      ListActivities(request: Request): object {
        const limit = pageSize(request);
        const start = String(readPageToken(request, 'activities') ?? '');
        const rows = database
          .prepare('SELECT * FROM sfn_activities WHERE name > ? ORDER BY name LIMIT ?')
          .all(start, limit + 1) as unknown as ActivityRow[];
        const page = rows.slice(0, limit);
        const last = page.at(-1);
        return {
          activities: page.map(({ arn, name, created_at }) => ({
            ...{ activityArn: arn, name, creationDate: created_at / 1000 },
          })),
          ...(rows.length > limit && last !== undefined ? { nextToken: writePageToken('activities', last.name) } : {}),
        };
      },
      GetActivityTask: getTask,
    },
  };
}

export type Activities = ReturnType<typeof createActivities>;
