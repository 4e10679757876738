import { type Call, call, type Expression, value } from './expression.ts';
import { below, type Part } from './document.ts';
import type { Notes } from './notes.ts';

/** zod's schemas of the formats of texts that it checks. */
const FORMATS: Readonly<Record<string, Call>> = {
  'date-time': call('iso.datetime', value({ offset: true })),
  byte: call('base64'),
  date: call('iso.date'),
  duration: call('iso.duration'),
  email: call('email'),
  hostname: call('hostname'),
  ipv4: call('ipv4'),
  ipv6: call('ipv6'),
  uri: call('url'),
  url: call('url'),
  uuid: call('guid'),
};
const NUMBER_FORMATS = ['int32', 'int64', 'float', 'double'];

const bounds = (node: Part['node'], names: Readonly<Record<string, string>>): Call[] =>
  Object.entries(names).flatMap(([keyword, name]) =>
    typeof node[keyword] === 'number' ? [call(name, value(node[keyword]))] : [],
  );

export function textSchema({ node, pointer }: Part, notes: Notes): Expression {
  const { format, pattern } = node;
  const known = typeof format === 'string' ? FORMATS[format] : undefined;
  if (known === undefined && format !== undefined && format !== 'password') {
    notes.add(below(pointer, 'format'), `the format "${String(format)}" is not checked`);
  }
  const checks = [...bounds(node, { minLength: 'minLength', maxLength: 'maxLength' }), ...patternCheck(pattern)];
  if (typeof pattern === 'string' && patternCheck(pattern).length === 0) {
    notes.add(below(pointer, 'pattern'), 'this pattern is no regular expression of JavaScript, and is not checked');
  }
  const schema = { ...(known ?? call('string')), checks };
  return format === 'password' ? { wrap: 'secret', of: schema } : schema;
}

function patternCheck(pattern: unknown): Call[] {
  if (typeof pattern !== 'string') return [];
  try {
    new RegExp(pattern);
    return [call('regex', { regex: pattern })];
  } catch {
    return [];
  }
}

/** @param make `int`, `number`, or `coerce.number` for a text that is a number */
export function numberSchema({ node, pointer }: Part, notes: Notes, make: string): Call {
  const { format, minimum, maximum, exclusiveMinimum, exclusiveMaximum } = node;
  if (typeof format === 'string' && !NUMBER_FORMATS.includes(format)) {
    notes.add(below(pointer, 'format'), `the format "${format}" is not checked`);
  }
  // In OpenAPI 3.0 these are switches of the bounds beside them.
  const strict = {
    ...(exclusiveMinimum === true ? { exclusiveMinimum: minimum } : { exclusiveMinimum, minimum }),
    ...(exclusiveMaximum === true ? { exclusiveMaximum: maximum } : { exclusiveMaximum, maximum }),
    multipleOf: node['multipleOf'],
  };
  const names = {
    minimum: 'gte',
    exclusiveMinimum: 'gt',
    maximum: 'lte',
    exclusiveMaximum: 'lt',
    multipleOf: 'multipleOf',
  };
  return { ...call(make), checks: bounds(strict, names) };
}
