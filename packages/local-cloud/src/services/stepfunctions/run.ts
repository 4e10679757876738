import type { InvokeLambda } from '../../shared/types.ts';
import type { State, States, StateType } from './definition.ts';
import type { History } from './history.ts';
import type { Json, JsonObject } from './json-path.ts';
import type { Tokens } from './task-tokens.ts';

/** What tasks call. */
export interface Services {
  readonly invokeLambda: InvokeLambda;
  /** In the name of the state machine's role. */
  readonly putEvents: (
    entries: unknown[],
    roleArn: string,
  ) => Promise<{ FailedEntryCount?: number; Entries?: unknown[] }>;
  readonly sendMessage: (input: { QueueUrl: string; MessageBody: string; [k: string]: unknown }) => Promise<unknown>;
}

/** One running execution, as its states see it. */
export interface Run {
  readonly seq: number;
  readonly executionArn: string;
  readonly machineArn: string;
  readonly roleArn: string;
  readonly region: string;
  readonly history: History;
  readonly services: Services;
  readonly tokens: Tokens;
  readonly now: () => number;
}

/** One line of states: the machine's own, a branch of a Parallel state, or an iteration of a Map state. */
export interface Branch {
  readonly signal: AbortSignal;
  /** The context object's Execution and StateMachine, and the Map item in an iteration. */
  readonly context: JsonObject;
  /** The id of its last event. */
  previous: number;
  /** The state it is in, with the branches inside that state. */
  open?: { readonly name: string; readonly type: StateType; branches: Branch[] } | undefined;
}

/** A state being run: its definition, its raw input, and the context object it sees. */
export interface Place {
  readonly name: string;
  readonly state: State;
  readonly input: Json;
  readonly context: JsonObject;
}

export type RunStates = (run: Run, branch: Branch, states: States, input: Json) => Promise<Json>;
