import { isObject, type Json } from './json.ts';
import { parseResource, type TaskResource } from './resource.ts';
import type { Branch, Place, Run, TokenWait } from './run.ts';
import {
  Aborted,
  dataLimitExceeded,
  EvaluationError,
  MAX_DATA_BYTES,
  runtimeError,
  StateError,
} from './state-error.ts';
import { openAttempt, type Attempt } from './waits.ts';

interface TaskCall {
  readonly resource: TaskResource;
  readonly parameters: Json;
  readonly timeoutInSeconds: number | undefined;
  readonly heartbeatInSeconds: number | undefined;
  readonly token: TokenWait | undefined;
}

/** Runs one attempt of a Task state, with its events, and answers its result. */
export async function runTask(run: Run, branch: Branch, place: Place, effectiveInput: Json): Promise<Json> {
  const resource = parseResource(place.state.Resource ?? '');
  if (resource === undefined) throw runtimeError(`The resource ${place.state.Resource} is not supported.`);
  if (resource.kind === 'activity' && !run.tasks.hasActivity(resource.activityArn)) {
    throw runtimeError(`The activity ${resource.activityArn} does not exist.`);
  }
  // A task that waits for an execution can be answered by its token too.
  const waits = resource.kind === 'activity' || (resource.kind === 'service' && resource.pattern !== 'request');
  const token = waits ? run.tasks.issueToken() : undefined;
  try {
    return await attemptTask(run, branch, await prepare(place, effectiveInput, resource, token));
  } finally {
    token?.close();
  }
}

async function prepare(
  place: Place,
  input: Json,
  resource: TaskResource,
  token: TokenWait | undefined,
): Promise<TaskCall> {
  const { language, scope } = place;
  const context = token === undefined ? scope.context : { ...scope.context, Task: { Token: token.token } };
  const own = { ...place, scope: { ...scope, context } };
  return {
    resource,
    token,
    parameters: await language.parameters(own, input),
    timeoutInSeconds: await seconds(own, 'TimeoutSeconds'),
    heartbeatInSeconds: await seconds(own, 'HeartbeatSeconds'),
  };
}

async function attemptTask(run: Run, branch: Branch, call: TaskCall): Promise<Json> {
  const record = (type: string, details?: object) => {
    branch.previous = run.history.add(type, branch.previous, details);
  };
  const events = eventsOf(call.resource);
  call.token?.save();
  record(`${events.prefix}Scheduled`, events.scheduled(call, run.region));
  const attempt = openAttempt({
    after: run.after,
    signal: branch.signal,
    timeoutSeconds: call.timeoutInSeconds,
    heartbeatSeconds: beats(call.resource) ? call.heartbeatInSeconds : undefined,
    beatsAtOnce: call.resource.kind !== 'activity',
    onTimeout: () => new StateError('States.Timeout'),
    // Histories on AWS call it a time-out too; Retry and Catch can distinguish it.
    onHeartbeatTimeout: () => new StateError('States.Timeout', undefined, ['States.HeartbeatTimeout']),
  });
  try {
    if (call.resource.kind === 'activity') {
      return await performActivity(run, call, call.resource.activityArn, attempt, record);
    }
    record(`${events.prefix}Started`, events.base);
    const result = await perform(run, call, attempt, (output) => record('TaskSubmitted', { ...events.base, output }));
    const output = limited(result, events.subject);
    record(`${events.prefix}Succeeded`, { ...events.base, output });
    return result;
  } catch (error) {
    if (error instanceof Aborted || error instanceof EvaluationError || !(error instanceof StateError)) throw error;
    const outcome = error.error === 'States.Timeout' ? 'TimedOut' : 'Failed';
    record(`${events.prefix}${outcome}`, { ...events.base, error: error.error, cause: error.causeText });
    throw error;
  } finally {
    attempt.close();
  }
}

/** A worker takes the task and answers it. */
async function performActivity(
  run: Run,
  call: TaskCall,
  activityArn: string,
  attempt: Attempt,
  record: (type: string, details?: object) => void,
): Promise<Json> {
  const { token, parameters } = call;
  if (token === undefined) throw runtimeError('An activity needs a token.');
  token.onHeartbeat(attempt.beat);
  const takeBack = run.tasks.scheduleActivity(activityArn, {
    token: token.token,
    input: JSON.stringify(parameters),
    started(workerName) {
      record('ActivityStarted', { workerName });
      attempt.beat();
    },
  });
  try {
    const result = await attempt.within(token.answer);
    record('ActivitySucceeded', { output: limited(result, activityArn) });
    return result;
  } finally {
    takeBack();
  }
}

async function perform(run: Run, call: TaskCall, attempt: Attempt, submitted: (output: string) => void): Promise<Json> {
  const { resource, parameters, token } = call;
  if (resource.kind === 'function') {
    return attempt.within(run.tasks.invokeFunction(resource.functionArn, parameters));
  }
  if (resource.kind === 'activity') throw runtimeError('An activity is performed by its worker.');
  if (!isObject(parameters)) throw runtimeError('Parameters must be an object.');
  token?.onHeartbeat(attempt.beat);
  const result = await attempt.within(run.tasks.callService(resource.call, parameters));
  if (resource.pattern === 'request') return result;
  submitted(JSON.stringify(result));
  if (token === undefined || resource.pattern === 'waitForTaskToken') {
    return attempt.within(token?.answer ?? Promise.resolve(result));
  }
  const started = run.tasks.watchExecution(result, resource.pattern);
  try {
    return await attempt.within(Promise.race([started.answer, token.answer]));
  } finally {
    started.stop();
  }
}

/** Whether the work shows signs of life: a worker's. */
function beats(resource: TaskResource): boolean {
  return resource.kind === 'activity' || (resource.kind === 'service' && resource.pattern === 'waitForTaskToken');
}

function limited(result: Json, subject: string): string {
  const output = JSON.stringify(result);
  if (Buffer.byteLength(output) <= MAX_DATA_BYTES) return output;
  throw dataLimitExceeded(subject);
}

async function seconds(place: Place, field: string): Promise<number | undefined> {
  const value = await place.language.number(place, field, place.input, 'integer');
  if (value === undefined || value > 0) return value;
  throw runtimeError(`${field} must be above 0, not ${value}.`);
}

function eventsOf(resource: TaskResource) {
  if (resource.kind === 'service') return serviceEvents(resource);
  return resource.kind === 'function' ? functionEvents(resource) : activityEvents(resource);
}

function activityEvents({ activityArn }: Extract<TaskResource, { kind: 'activity' }>) {
  return {
    prefix: 'Activity',
    base: undefined,
    subject: activityArn,
    scheduled: ({ parameters, timeoutInSeconds, heartbeatInSeconds }: TaskCall) => ({
      resource: activityArn,
      input: JSON.stringify(parameters),
      ...{ timeoutInSeconds, heartbeatInSeconds },
    }),
  };
}

function functionEvents(resource: Extract<TaskResource, { kind: 'function' }>) {
  return {
    prefix: 'LambdaFunction',
    base: undefined,
    subject: resource.functionArn,
    scheduled: ({ parameters, timeoutInSeconds }: TaskCall) => ({
      resource: resource.functionArn,
      input: JSON.stringify(parameters),
      timeoutInSeconds,
    }),
  };
}

function serviceEvents({ resourceType, resource }: Extract<TaskResource, { kind: 'service' }>) {
  return {
    prefix: 'Task',
    base: { resourceType, resource },
    subject: resourceType,
    scheduled: ({ parameters, timeoutInSeconds, heartbeatInSeconds }: TaskCall, region: string) => ({
      ...{ resourceType, resource, region, timeoutInSeconds, heartbeatInSeconds },
      parameters: JSON.stringify(parameters),
    }),
  };
}
