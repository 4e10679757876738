import type { Json, JsonObject } from '@dure/states-language/json';
import { StateError } from '@dure/states-language/state-error';

interface Facts {
  readonly executionArn: string;
  readonly machineArn: string;
  readonly machineName: string;
  readonly roleArn: string;
  readonly name: string;
  readonly input: Json;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  /** Whether the caller waits for the end: AWS does not count redrives then. */
  readonly isSync?: boolean;
}

/** What the states of an execution find in the context object, beside what each adds. */
export function executionContext(facts: Facts): JsonObject {
  return {
    Execution: {
      Id: facts.executionArn,
      Input: facts.input,
      StartTime: new Date(facts.startedAt).toISOString(),
      Name: facts.name,
      RoleArn: facts.roleArn,
      ...(facts.isSync !== true && { RedriveCount: 0 }),
    },
    StateMachine: { Id: facts.machineArn, Name: facts.machineName },
  };
}

/** Why an execution failed. */
export function reasonOf(thrown: unknown): { error: string | undefined; cause: string | undefined } {
  if (thrown instanceof StateError) return { error: thrown.error, cause: thrown.causeText };
  return { error: 'States.Runtime', cause: thrown instanceof Error ? thrown.message : String(thrown) };
}
