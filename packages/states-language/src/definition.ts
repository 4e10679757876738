import type { ChoiceRule } from './choice.ts';
import type { Json } from './json-path.ts';

export type StateType = 'Task' | 'Parallel' | 'Map' | 'Pass' | 'Wait' | 'Choice' | 'Succeed' | 'Fail';

export interface Retrier {
  readonly ErrorEquals: string[];
  readonly IntervalSeconds?: number;
  readonly MaxAttempts?: number;
  readonly BackoffRate?: number;
  readonly MaxDelaySeconds?: number;
  readonly JitterStrategy?: 'FULL' | 'NONE';
}

export interface Catcher {
  readonly ErrorEquals: string[];
  readonly Next: string;
  readonly ResultPath?: string | null;
}

/** A state of any type; which fields it may have is checked before (validate.ts). */
export interface State {
  readonly Type: StateType;
  readonly Next?: string;
  readonly End?: boolean;
  readonly InputPath?: string | null;
  readonly OutputPath?: string | null;
  readonly ResultPath?: string | null;
  readonly Parameters?: Json;
  readonly ResultSelector?: Json;
  readonly Retry?: Retrier[];
  readonly Catch?: Catcher[];
  readonly Resource?: string;
  readonly TimeoutSeconds?: number;
  readonly TimeoutSecondsPath?: string;
  readonly HeartbeatSeconds?: number;
  readonly HeartbeatSecondsPath?: string;
  readonly Result?: Json;
  readonly Seconds?: number;
  readonly SecondsPath?: string;
  readonly Timestamp?: string;
  readonly TimestampPath?: string;
  readonly Choices?: ChoiceRule[];
  readonly Default?: string;
  readonly Error?: string;
  readonly ErrorPath?: string;
  readonly Cause?: string;
  readonly CausePath?: string;
  readonly Branches?: States[];
  readonly ItemProcessor?: States;
  readonly Iterator?: States;
  readonly ItemsPath?: string;
  readonly ItemSelector?: Json;
  readonly MaxConcurrency?: number;
  readonly MaxConcurrencyPath?: string;
}

export interface States {
  readonly StartAt: string;
  readonly States: Readonly<Record<string, State>>;
}

export interface StateMachineDefinition extends States {
  readonly TimeoutSeconds?: number;
}

const COMMON = ['Type', 'Comment', 'QueryLanguage'];
const INPUT_OUTPUT = [...COMMON, 'InputPath', 'OutputPath'];
const FLOWING = [...INPUT_OUTPUT, 'Next', 'End'];
const ERRORS = ['Retry', 'Catch'];
const RESULT = ['Parameters', 'ResultSelector', 'ResultPath'];

/**
 * The fields each type of state may have here: those of JSONPath, without variables (`Assign`), `Credentials`, and
 * Map's distributed mode.
 * Source: https://docs.aws.amazon.com/step-functions/latest/dg/statemachine-structure.html
 */
export const STATE_FIELDS: Readonly<Record<StateType, readonly string[]>> = {
  Task: [
    ...[...FLOWING, ...RESULT, ...ERRORS, 'Resource'],
    ...['TimeoutSeconds', 'TimeoutSecondsPath', 'HeartbeatSeconds', 'HeartbeatSecondsPath'],
  ],
  Parallel: [...FLOWING, ...RESULT, ...ERRORS, 'Branches'],
  Map: [
    ...[...FLOWING, ...RESULT, ...ERRORS, 'ItemProcessor', 'Iterator'],
    ...['ItemsPath', 'ItemSelector', 'MaxConcurrency', 'MaxConcurrencyPath'],
  ],
  Pass: [...FLOWING, 'Parameters', 'ResultPath', 'Result'],
  Wait: [...FLOWING, 'Seconds', 'SecondsPath', 'Timestamp', 'TimestampPath'],
  Choice: [...INPUT_OUTPUT, 'Choices', 'Default'],
  Succeed: INPUT_OUTPUT,
  Fail: [...COMMON, 'Error', 'ErrorPath', 'Cause', 'CausePath'],
};

export const MACHINE_FIELDS = ['Comment', 'StartAt', 'States', 'TimeoutSeconds', 'Version', 'QueryLanguage'];
export const BRANCH_FIELDS = ['Comment', 'StartAt', 'States', 'QueryLanguage'];
