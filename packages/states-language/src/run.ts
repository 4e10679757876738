import type { QueryLanguageName, State, States, StateType } from './definition.ts';
import type { Json, JsonObject } from './json.ts';
import type { Scope } from './json-path.ts';
import type { QueryLanguage } from './language.ts';
import type { Pattern, ServiceCall } from './resource.ts';

/** Takes down the events of an execution. `add` answers the id of the event, which the next of its branch names. */
export interface History {
  add(type: string, previousId: number, details?: object): number;
}

/** A task that waits for its token to be answered. */
export interface TokenWait {
  readonly token: string;
  /** The task's result, or a StateError. */
  readonly answer: Promise<Json>;
  /** Stores the token, to distinguish a late answer from an unknown token. */
  save(): void;
  onHeartbeat(listener: () => void): void;
  /** From now on the token is invalid. */
  close(): void;
}

/** An execution that a task waits for. */
export interface ExecutionWait {
  /** The task's result, or a StateError. */
  readonly answer: Promise<Json>;
  /** Stops it; nothing happens when it has ended. */
  stop(): void;
}

/** A distributed Map state that starts. */
export interface MapRunStart {
  readonly label: string | undefined;
  readonly processor: States;
  /** 0 for no limit. */
  readonly maxConcurrency: number;
  readonly toleratedFailureCount: number;
  /** 0 to 100. */
  readonly toleratedFailurePercentage: number;
}

export interface MapRunEnd {
  readonly status: 'SUCCEEDED' | 'FAILED' | 'ABORTED';
  readonly error?: string | undefined;
  readonly cause?: string | undefined;
}

/** How a child execution ended. */
export interface ChildResult {
  readonly status: 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED';
  readonly output: Json;
  /** As the files of a ResultWriter list it: `ExecutionArn`, `Name`, `Input` … */
  readonly description: JsonObject;
}

export interface MapRun {
  readonly arn: string;
  /** How many children and items there will be. */
  plan(executions: number, items: number): void;
  /** Runs a child execution to its end; the signal stops it. `items` says how many items the input has. */
  runChild(input: Json, items: number, signal: AbortSignal): Promise<ChildResult>;
  end(ended: MapRunEnd): void;
}

/** A task for a worker, which answers with the token. `input` is JSON text. */
export interface ActivityTask {
  readonly token: string;
  readonly input: string;
  started(workerName: string | undefined): void;
}

/** What Task states do in the world. Each call answers the result, or throws a StateError. */
export interface Tasks {
  invokeFunction(functionArn: string, payload: Json): Promise<Json>;
  callService(call: ServiceCall, parameters: JsonObject): Promise<Json>;
  /** Waits for the execution that a call has started, for the patterns `.sync` and `.sync:2`. */
  watchExecution(started: Json, pattern: Pattern): ExecutionWait;
  startMapRun(start: MapRunStart): MapRun;
  hasActivity(activityArn: string): boolean;
  /** Lets a worker take the task. Answers how to take it back. */
  scheduleActivity(activityArn: string, task: ActivityTask): () => void;
  issueToken(): TokenWait;
}

/** Calls back after any number of milliseconds. Answers how to cancel. */
export type After = (milliseconds: number, callback: () => void) => () => void;

/** One running execution, as its states see it, with all the effects that they have. */
export interface Run {
  readonly region: string;
  /** The language of states that name none. */
  readonly queryLanguage: QueryLanguageName;
  readonly history: History;
  readonly tasks: Tasks;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly after: After;
  /** Lets other work go first, so that a long execution never starves the process. */
  readonly turn: () => Promise<void>;
}

/** One line of states: the machine's own, a branch of a Parallel state, or an iteration of a Map state. */
export interface Branch {
  readonly signal: AbortSignal;
  /** The context object's Execution and StateMachine, and the Map item in an iteration. */
  readonly context: JsonObject;
  /** What its states can read: its own variables and those of the branches around it. */
  variables: Readonly<JsonObject>;
  /** The id of its last event. */
  previous: number;
  /** The state it is in, with the branches inside that state, once it has started them. */
  open?: { readonly name: string; readonly type: StateType; branches: Branch[]; started?: boolean } | undefined;
}

/** A state being run: its definition, its raw input, and what its expressions see. */
export interface Place {
  readonly name: string;
  readonly state: State;
  readonly input: Json;
  readonly scope: Scope;
  readonly language: QueryLanguage;
}

export type RunStates = (run: Run, branch: Branch, states: States, input: Json) => Promise<Json>;
