import { invalid } from '@dure/aws-protocols/aws-input';
import type { Context } from './context.ts';

export const DEFAULT_BUS = 'default';

type Place = Pick<Context, 'accountId' | 'region'>;

export function eventBridgeArn({ accountId, region }: Place, resource: string): string {
  return `arn:aws:events:${region}:${accountId}:${resource}`;
}

export function busArn(place: Place, bus: string): string {
  return eventBridgeArn(place, `event-bus/${bus}`);
}

/** Rules of the default bus do not name it. */
export function ruleArn(place: Place, bus: string, rule: string): string {
  return eventBridgeArn(place, bus === DEFAULT_BUS ? `rule/${rule}` : `rule/${bus}/${rule}`);
}

/** The bus that a name or an ARN means; without either, the default bus. */
export function busNameOf(place: Place, nameOrArn: unknown): string {
  if (nameOrArn === undefined || nameOrArn === null) return DEFAULT_BUS;
  if (typeof nameOrArn !== 'string' || nameOrArn === '') throw invalid('EventBusName must be a name or an ARN.');
  return nameOrArn.startsWith('arn:') ? resourceName(place, nameOrArn, 'event-bus') : nameOrArn;
}

/** The name in an EventBridge ARN of the kind `event-bus`, `archive` or `replay`. */
export function resourceName(place: Place, arn: string, kind: string): string {
  const [name, ...more] = resourceOf(place, arn, kind);
  if (name === undefined || name === '' || more.length > 0) throw wrongArn(arn);
  return name;
}

/** The bus and the name of the rule that an ARN means. */
export function ruleOf(place: Place, arn: string): { bus: string; rule: string } {
  const names = resourceOf(place, arn, 'rule');
  const [first = '', second] = names;
  if (first === '' || second === '' || names.length > 2) throw wrongArn(arn);
  return second === undefined ? { bus: DEFAULT_BUS, rule: first } : { bus: first, rule: second };
}

function resourceOf(place: Place, arn: string, kind: string): string[] {
  const prefix = eventBridgeArn(place, `${kind}/`);
  if (!arn.startsWith(prefix)) throw wrongArn(arn);
  return arn.slice(prefix.length).split('/');
}

function wrongArn(arn: string): Error {
  return invalid(`Parameter ${arn} is not valid. Reason: Provided Arn is not in correct format.`);
}
