import { randomUUID } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import { isObject } from '@dure/local-http/json';
import type { LongPolling } from './long-polling.ts';
import { type Input, optionalInteger, optionalText, requiredText } from './input.ts';
import type { MessageStore, StoredMessage } from './message-store.ts';
import type { Queue, QueueStore } from './queue-store.ts';
import { expiredBy } from './receive-message.ts';
import { invalidParameter, sqsError } from './sqs-error.ts';

interface Task {
  readonly handle: string;
  readonly source: string;
  readonly destination: string | null;
  readonly rate: number | null;
  readonly status: 'RUNNING' | 'COMPLETED' | 'CANCELLED' | 'FAILED';
  readonly moved: number;
  readonly to_move: number;
  readonly started: number;
  readonly reason: string | null;
}

export interface MoveTaskParts {
  readonly database: DatabaseSync;
  readonly queues: QueueStore;
  readonly messages: MessageStore;
  readonly longPolling: LongPolling;
  readonly now: () => number;
  readonly atomically: <T>(work: () => T) => T;
}

const MAX_RATE = 500;
const CHUNK = 50;
const TICK_MS = 100;
const MAX_LISTED = 10;

/**
 * Tasks that move dead letters to where they came from, or elsewhere. One that was at work when the process ended goes
 * on at the next start.
 * Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_StartMessageMoveTask.html
 */
export function createMoveTasks({ database, queues, messages, longPolling, now, atomically }: MoveTaskParts) {
  const insert = database.prepare('INSERT INTO sqs_move_tasks VALUES (?, ?, ?, ?, ?, 0, ?, ?, NULL)');
  const byHandle = database.prepare('SELECT * FROM sqs_move_tasks WHERE handle = ?');
  const ofSource = database.prepare('SELECT * FROM sqs_move_tasks WHERE source = ? ORDER BY started DESC LIMIT ?');
  const running = database.prepare("SELECT * FROM sqs_move_tasks WHERE status = 'RUNNING'");
  const count = database.prepare('UPDATE sqs_move_tasks SET moved = moved + ? WHERE handle = ?');
  const end = database.prepare('UPDATE sqs_move_tasks SET status = ?, reason = ? WHERE handle = ?');
  const find = (handle: string) => byHandle.get(handle) as Task | undefined;
  const timers = new Map<string, NodeJS.Timeout>();

  function work(handle: string): void {
    timers.delete(handle);
    const task = find(handle);
    if (task?.status !== 'RUNNING') return;
    const perTick = task.rate === null ? CHUNK : Math.max(1, Math.round((task.rate * TICK_MS) / 1000));
    const source = queues.findByArn(task.source);
    const outcome = source === undefined ? 'The source queue is gone.' : move(task, source, perTick);
    if (typeof outcome === 'string') end.run('FAILED', outcome, handle);
    else if (outcome === 0) end.run('COMPLETED', null, handle);
    else schedule(handle, task.rate === null ? 0 : Math.max(TICK_MS, (1000 * outcome) / task.rate));
  }

  /** How many were moved, or why none can be. */
  function move(task: Task, source: Queue, most: number): number | string {
    const at = now();
    return atomically(() => {
      const letters = messages.visible(source.name, at, expiredBy(source, at), most);
      for (const letter of letters) {
        const target = queues.findByArn(task.destination ?? letter.source ?? '');
        if (target === undefined) return whyNot(task, letter);
        messages.redrive(letter, target.name, randomUUID(), at);
        count.run(1, task.handle);
        longPolling.notify(target.name);
      }
      return letters.length;
    });
  }

  function schedule(handle: string, milliseconds: number): void {
    timers.set(handle, setTimeout(() => work(handle), milliseconds).unref());
  }

  for (const { handle } of running.all() as unknown as Task[]) schedule(handle, 0);

  return {
    start(input: Input): object {
      const SourceArn = requiredText(input, 'SourceArn');
      const destination = optionalText(input, 'DestinationArn');
      const reason = `MaxNumberOfMessagesPerSecond must be between 1 and ${MAX_RATE}.`;
      const rate = optionalInteger(input, 'MaxNumberOfMessagesPerSecond', [1, MAX_RATE], reason);
      const source = existing(SourceArn, 'SourceArn');
      if (destination !== undefined) existing(destination, 'DestinationArn');
      if (destination === SourceArn)
        throw invalidParameter('Source queue arn and destination queue arn cannot be the same.');
      if (!queues.all().some(({ redrive }) => redrive?.deadLetterTargetArn === SourceArn)) {
        throw invalidParameter('Source queue must be configured as a Dead Letter Queue.');
      }
      if (tasksOf(SourceArn, MAX_LISTED).some(({ status }) => status === 'RUNNING')) {
        throw invalidParameter(
          'There is already a task running. Only one active task is allowed for a source queue arn at a given time.',
        );
      }
      const at = now();
      const { visible } = messages.count(source.name, at, expiredBy(source, at));
      const id = randomUUID();
      const handle = Buffer.from(JSON.stringify({ taskId: id, sourceArn: SourceArn })).toString('base64');
      insert.run(handle, SourceArn, destination ?? null, rate ?? null, 'RUNNING', visible, at);
      schedule(handle, 0);
      return { TaskHandle: handle };
    },

    list(input: Input): object {
      const SourceArn = requiredText(input, 'SourceArn');
      existing(SourceArn, 'SourceArn');
      const reason = `MaxResults must be between 1 and ${MAX_LISTED}.`;
      const most = optionalInteger(input, 'MaxResults', [1, MAX_LISTED], reason) ?? 1;
      return { Results: tasksOf(SourceArn, most).map(describe) };
    },

    cancel(input: Input): object {
      const handle = requiredText(input, 'TaskHandle');
      existing(sourceOf(handle), 'SourceArn');
      const task = find(handle);
      if (task === undefined) throw sqsError('ResourceNotFoundException', 'Task does not exist.');
      if (task.status !== 'RUNNING') {
        throw invalidParameter(`Only active tasks can be cancelled: this one is ${task.status}.`);
      }
      clearTimeout(timers.get(task.handle));
      end.run('CANCELLED', null, task.handle);
      return { ApproximateNumberOfMessagesMoved: task.moved };
    },

    stop(): void {
      for (const timer of timers.values()) clearTimeout(timer);
    },
  };

  function tasksOf(source: string, most: number): Task[] {
    return ofSource.all(source, most) as unknown as Task[];
  }

  function existing(arn: string, parameter: string): Queue {
    const queue = queues.findByArn(arn);
    if (queue !== undefined) return queue;
    throw sqsError(
      'ResourceNotFoundException',
      `The resource that you specified for the ${parameter} parameter doesn't exist.`,
    );
  }
}

const whyNot = ({ destination }: Task, { source }: StoredMessage): string =>
  destination === null && source === null
    ? 'CouldNotDetermineMessageSource'
    : 'AWS.SimpleQueueService.NonExistentQueue';

function sourceOf(handle: string): string {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(handle, 'base64').toString('utf8'));
    if (isObject(parsed) && typeof parsed['sourceArn'] === 'string') return parsed['sourceArn'];
  } catch {
    // falls through to the error below
  }
  throw invalidParameter('Value for parameter TaskHandle is invalid.');
}

function describe(task: Task): object {
  return {
    Status: task.status,
    SourceArn: task.source,
    ApproximateNumberOfMessagesMoved: task.moved,
    ApproximateNumberOfMessagesToMove: task.to_move,
    StartedTimestamp: task.started,
    ...(task.status === 'RUNNING' && { TaskHandle: task.handle }),
    ...(task.destination !== null && { DestinationArn: task.destination }),
    ...(task.rate !== null && { MaxNumberOfMessagesPerSecond: task.rate }),
    ...(task.reason !== null && { FailureReason: task.reason }),
  };
}
