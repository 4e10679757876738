/** A step of an execution as it is shown. */
export interface Step {
  readonly name: string;
  readonly status: 'running' | 'succeeded' | 'failed' | 'timed-out' | 'aborted';
  readonly attempts: number;
  readonly startedAt: string;
  readonly endedAt?: string;
  readonly durationMs?: number;
  readonly error?: string;
}

/** The fields of an execution's history that are used. Source: https://docs.aws.amazon.com/step-functions/latest/apireference/API_HistoryEvent.html */
export interface HistoryEntry {
  readonly id: number;
  readonly previousId: number;
  readonly type: string;
  readonly time: string;
  readonly state?: string;
  readonly error?: string;
}

interface OpenStep {
  name: string;
  attempts: number;
  startedAt: string;
  endedAt?: string;
  status: Step['status'];
  error?: string;
}

/**
 * The task steps of a history, in the order in which they began. Following each event to its predecessor separates the
 * steps of parallel branches.
 */
export function stepsOf(history: readonly HistoryEntry[]): Step[] {
  const steps: OpenStep[] = [];
  const stepOf = new Map<number, OpenStep>();
  for (const entry of history) {
    const before = stepOf.get(entry.previousId);
    const step = entry.type === 'TaskStateEntered' ? begin(entry, steps) : before;
    if (step === undefined) continue;
    note(step, entry);
    if (entry.type !== 'TaskStateExited') stepOf.set(entry.id, step);
  }
  const aborted = history.some((entry) => entry.type === 'ExecutionAborted');
  return steps.map((step) => close(step, aborted));
}

function begin({ state = '', time }: HistoryEntry, steps: OpenStep[]): OpenStep {
  const step: OpenStep = { name: state, attempts: 0, startedAt: time, status: 'running' };
  steps.push(step);
  return step;
}

function note(step: OpenStep, { type, time, error }: HistoryEntry): void {
  if (/^(Task|LambdaFunction)Scheduled$/.test(type)) {
    step.attempts += 1;
    step.status = 'running';
  } else if (/^(Task|LambdaFunction)(Failed|TimedOut|StartFailed|SubmitFailed)$/.test(type)) {
    Object.assign(step, { status: type.endsWith('TimedOut') ? 'timed-out' : 'failed', endedAt: time, error });
  } else if (type === 'TaskStateExited') {
    if (step.status === 'running') Object.assign(step, { status: 'succeeded', error: undefined });
    step.endedAt = time;
  }
}

function close(step: OpenStep, aborted: boolean): Step {
  const { endedAt, startedAt, error } = step;
  const status = step.status === 'running' && aborted ? 'aborted' : step.status;
  const running = status === 'running';
  return {
    name: step.name,
    status,
    attempts: Math.max(1, step.attempts),
    startedAt,
    endedAt: running ? undefined : endedAt,
    durationMs: running || endedAt === undefined ? undefined : Date.parse(endedAt) - Date.parse(startedAt),
    error: status === 'succeeded' ? undefined : error,
  };
}
