import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, type ScalarTag } from 'yaml';

const SOURCE = join(import.meta.dirname, '..', 'aws', 'pipeline-role.yml');
const MARK = '${Service}';

export interface Statement {
  readonly Effect: 'Allow' | 'Deny';
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
  readonly Condition?: unknown;
}

/** A CloudFormation template as JSON. */
export interface RoleTemplate {
  readonly Resources: Readonly<Record<string, { readonly Type: string; readonly Properties: Record<string, unknown> }>>;
}

const tag = (name: string): ScalarTag => ({
  tag: `!${name}`,
  resolve: (value) => ({ [name === 'Ref' ? name : `Fn::${name}`]: name === 'GetAtt' ? value.split('.') : value }),
});

/**
 * The template of the role that deploys one stage, with the exact names of the services' stacks, functions and roles.
 * @param services names of the services that the role may deploy
 * @param source the template's text, in which `${Service}` is a placeholder for each of them
 */
export function pipelineRole(services: readonly string[], source = readFileSync(SOURCE, 'utf8')): RoleTemplate {
  return expand(parse(source, { customTags: ['Sub', 'Ref', 'GetAtt'].map(tag) }), services) as RoleTemplate;
}

/** Repeats each list element that contains the placeholder, once per service. */
function expand(value: unknown, services: readonly string[]): unknown {
  if (Array.isArray(value)) {
    return value.flatMap((item: unknown) =>
      isMarked(item)
        ? services.map((service) => ({ 'Fn::Sub': item['Fn::Sub'].replace(MARK, service) }))
        : [expand(item, services)],
    );
  }
  if (isMarked(value))
    throw new Error(`${value['Fn::Sub']} contains the placeholder of a service, so it must be in a list.`);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, expand(item, services)]));
}

function isMarked(value: unknown): value is { 'Fn::Sub': string } {
  const text = typeof value === 'object' && value !== null && 'Fn::Sub' in value ? value['Fn::Sub'] : undefined;
  return typeof text === 'string' && text.includes(MARK);
}
