import { textOf } from '../references.ts';
import type { Rule } from '../rule.ts';
import { at, list, number, ofType } from '../template.ts';
import type { Json, Template } from '../template.ts';
import { valueLimits } from './limits-table.ts';
import type { ValueLimit } from './limits-table.ts';

/** An unresolved reference in a text, of unknown length. */
const UNRESOLVED = /\$\{[^}]+\}|\{\{resolve:[^}]+\}\}/;

/** The scopes in which names must be unique. */
const OWNERS = ['RestApiId', 'FunctionName', 'ApplicationName', 'EventBusName'];

export const limitRules: readonly Rule[] = [
  {
    id: 'value-limits',
    title: 'Names and numbers are within AWS’s limits',
    why: 'CloudFormation finds out only during a deployment, and rolls it back.',
    source: 'https://docs.aws.amazon.com/general/latest/gr/aws-service-information.html',
    *check({ template }) {
      for (const limit of valueLimits) {
        for (const { id, properties } of ofType(template, limit.type)) {
          for (const value of valuesAt(properties, limit.path)) {
            if (fits(template, limit, value)) continue;
            const right = `${describe(limit)} (${limit.source}), not "${textOf(template, value)}".`;
            yield { resource: id, path: `Properties.${limit.path.join('.')}`, right };
          }
        }
      }
    },
  },
  {
    id: 'name-clash',
    title: 'No two resources have the same name',
    why: 'The second one cannot be created.',
    source: 'https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-name.html',
    *check({ template }) {
      const taken = new Map<string, string>();
      for (const { type, path } of valueLimits.filter(isName)) {
        for (const { id, properties } of ofType(template, type)) {
          const name = textOf(template, at(properties, ...path));
          const owner = OWNERS.map((property) => textOf(template, properties[property])).join(' ');
          const key = [type, owner, name].join(' ');
          const other = taken.get(key);
          if (name !== '' && other !== undefined && other !== id) {
            yield {
              resource: id,
              path: `Properties.${path.join('.')}`,
              right: `Another name: ${other} has "${name}".`,
            };
          }
          taken.set(key, id);
        }
      }
    },
  },
];

/** The resource's own name, not that of a part. */
function isName({ path, pattern }: ValueLimit): boolean {
  return pattern !== undefined && path.length === 1 && String(path[0]).endsWith('Name');
}

function valuesAt(value: Json | undefined, path: readonly string[]): Json[] {
  const [key, ...rest] = path;
  if (value === undefined) return [];
  if (key === undefined) return [value];
  return list(value).flatMap((item) => valuesAt(at(item, key), rest));
}

function fits(template: Template, limit: ValueLimit, value: Json): boolean {
  if (limit.min !== undefined || limit.max !== undefined) {
    const given = number(value);
    return given >= (limit.min ?? -Infinity) && given <= (limit.max ?? Infinity);
  }
  const text = textOf(template, value);
  const known = text.replace(new RegExp(UNRESOLVED, 'g'), '');
  if (known.length > (limit.maxLength ?? Infinity)) return false;
  return UNRESOLVED.test(text) || limit.pattern === undefined || limit.pattern.test(text);
}

function describe({ pattern, maxLength, min, max }: ValueLimit): string {
  if (min !== undefined || max !== undefined) return `A number from ${min} to ${max}`;
  const length = maxLength === undefined ? 'A text' : `Up to ${maxLength} characters`;
  return pattern === undefined ? length : `${length} that match ${pattern.source}`;
}
