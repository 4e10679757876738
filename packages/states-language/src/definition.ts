import type { ChoiceRule } from './choice.ts';
import type { Json } from './json.ts';

export type StateType = 'Task' | 'Parallel' | 'Map' | 'Pass' | 'Wait' | 'Choice' | 'Succeed' | 'Fail';

export interface Retrier {
  readonly ErrorEquals: string[];
  readonly IntervalSeconds?: number;
  readonly MaxAttempts?: number;
  readonly BackoffRate?: number;
  readonly MaxDelaySeconds?: number;
  readonly JitterStrategy?: 'FULL' | 'NONE';
}

export type QueryLanguageName = 'JSONPath' | 'JSONata';

export interface Catcher {
  readonly ErrorEquals: string[];
  readonly Next: string;
  readonly ResultPath?: string | null;
  readonly Output?: Json;
  readonly Assign?: Json;
}

/**
 * A state of any type; which fields it may have is checked before (validate.ts). Numbers and texts may be `{% … %}` in
 * JSONata: a query language reads them.
 */
export interface State {
  readonly Type: StateType;
  readonly QueryLanguage?: QueryLanguageName;
  readonly Arguments?: Json;
  readonly Output?: Json;
  readonly Assign?: Json;
  readonly Items?: Json;
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
  readonly ItemReader?: ItemReader;
  readonly ItemBatcher?: { readonly BatchInput?: Json };
  readonly ResultWriter?: { readonly Parameters?: Json; readonly Arguments?: Json };
  readonly Label?: string;
}

export interface ItemReader {
  readonly Resource: string;
  readonly Parameters?: Json;
  readonly Arguments?: Json;
  readonly ReaderConfig?: {
    readonly InputType?: string;
    readonly CSVHeaderLocation?: string;
    readonly CSVHeaders?: string[];
    readonly CSVDelimiter?: string;
  };
}

export interface States {
  readonly StartAt: string;
  readonly States: Readonly<Record<string, State>>;
}

export interface StateMachineDefinition extends States {
  readonly QueryLanguage?: QueryLanguageName;
  readonly TimeoutSeconds?: number;
}

const COMMON = ['Type', 'Comment', 'QueryLanguage'];
const FLOWING = [...COMMON, 'Next', 'End'];
const PATHS = ['InputPath', 'OutputPath'];
const RESULT = ['Parameters', 'ResultSelector', 'ResultPath'];
const TASK = ['Resource', 'TimeoutSeconds', 'HeartbeatSeconds', 'Retry', 'Catch'];
const MAP = [
  ...['ItemProcessor', 'ItemSelector', 'MaxConcurrency', 'Retry', 'Catch', 'ItemReader', 'ItemBatcher', 'ResultWriter'],
  ...['Label', 'ToleratedFailureCount', 'ToleratedFailurePercentage'],
];
const MAP_PATHS = ['ItemsPath', 'MaxConcurrencyPath', 'ToleratedFailureCountPath', 'ToleratedFailurePercentagePath'];

type Fields = Readonly<Record<StateType, readonly string[]>>;

/**
 * The fields each type of state may have here, by its query language: without `Credentials`.
 * Source: https://docs.aws.amazon.com/step-functions/latest/dg/statemachine-structure.html
 */
export const STATE_FIELDS: Readonly<Record<QueryLanguageName, Fields>> = {
  JSONPath: {
    Task: [...FLOWING, ...PATHS, ...RESULT, 'Assign', ...TASK, 'TimeoutSecondsPath', 'HeartbeatSecondsPath'],
    Parallel: [...FLOWING, ...PATHS, ...RESULT, 'Assign', 'Branches', 'Retry', 'Catch'],
    Map: [...FLOWING, ...PATHS, ...RESULT, 'Assign', ...MAP, ...MAP_PATHS, 'Iterator'],
    Pass: [...FLOWING, ...PATHS, 'Assign', 'Parameters', 'ResultPath', 'Result'],
    Wait: [...FLOWING, ...PATHS, 'Assign', 'Seconds', 'SecondsPath', 'Timestamp', 'TimestampPath'],
    Choice: [...COMMON, ...PATHS, 'Assign', 'Choices', 'Default'],
    Succeed: [...COMMON, ...PATHS],
    Fail: [...COMMON, 'Error', 'ErrorPath', 'Cause', 'CausePath'],
  },
  JSONata: {
    Task: [...FLOWING, 'Arguments', 'Output', 'Assign', ...TASK],
    Parallel: [...FLOWING, 'Arguments', 'Output', 'Assign', 'Branches', 'Retry', 'Catch'],
    Map: [...FLOWING, 'Output', 'Assign', ...MAP, 'Items'],
    Pass: [...FLOWING, 'Output', 'Assign'],
    Wait: [...FLOWING, 'Output', 'Assign', 'Seconds', 'Timestamp'],
    Choice: [...COMMON, 'Output', 'Assign', 'Choices', 'Default'],
    Succeed: [...COMMON, 'Output'],
    Fail: [...COMMON, 'Error', 'Cause'],
  },
};

export const MACHINE_FIELDS = ['Comment', 'StartAt', 'States', 'TimeoutSeconds', 'Version', 'QueryLanguage'];
export const BRANCH_FIELDS = ['Comment', 'StartAt', 'States'];
