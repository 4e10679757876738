import { ConfigurationError } from './types.ts';
import type { ServiceContext } from './types.ts';

/** CloudFormation logical id of something that belongs to a function: `commands` + `Queue` → `CommandsQueue`. */
export function logicalId(functionName: string, suffix: string): string {
  const words = functionName.split(/[^A-Za-z0-9]+/).filter((word) => word !== '');
  return words.map((word) => word[0]?.toUpperCase() + word.slice(1)).join('') + suffix;
}

/** The framework's logical id of a function: `record-calls` → `RecordDashcallsLambdaFunction`. */
export const lambdaId = (functionName: string): string =>
  `${functionName[0]?.toUpperCase()}${functionName.slice(1).replaceAll('-', 'Dash').replaceAll('_', 'Underscore')}LambdaFunction`;

/** `dure-{stage}-{service}` and what follows. */
export function resourceName(context: Pick<ServiceContext, 'service' | 'stage'>, ...parts: string[]): string {
  return ['dure', context.stage, context.service, ...parts].join('-');
}

/** The name itself, or a refusal when AWS would not take it. */
export function withinLimit(what: string, name: string, limit: number): string {
  if (name.length <= limit) return name;
  throw new ConfigurationError(
    `The ${what} name "${name}" has ${name.length} characters and AWS allows ${limit}: shorten the function's name.`,
  );
}
