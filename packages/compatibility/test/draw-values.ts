import type { Schema } from '../src/index.ts';
import type { Dice } from './dice.ts';
import { NAMES } from './draw-schemas.ts';

type Any = Record<string, unknown>;

const VALUES = [
  ...[null, true, false, 0, 1, 2, 3, -1, -2, 0.5, 1.5, 6, '', 'a', 'b', 'ab', 'aab', '12', '0', 'x-', 'é'],
  ...['2026-11-30', '2026-11-30T00:00:00Z', '01890a5d-ac96-774b-bcce-b302099a8057', 'a@example.com', [], {}],
];

/** A value that tries to be valid by a schema, and is not always. */
export function drawValue(dice: Dice, schema: unknown, root: Schema, depth = 0): unknown {
  if (depth > 5 || typeof schema !== 'object' || schema === null || dice.chance(6)) return dice.one(VALUES);
  const at = schema as Any;
  const into = (part: unknown) => drawValue(dice, part, root, depth + 1);
  if (typeof at['$ref'] === 'string' && dice.chance(90)) {
    return merged(into((root['$defs'] as Any)[at['$ref'].split('/').at(-1)!]), drawOwn(dice, at, into));
  }
  for (const keyword of ['anyOf', 'oneOf', 'allOf']) {
    if (!Array.isArray(at[keyword]) || dice.chance(10)) continue;
    const members = at[keyword] as unknown[];
    const drawn = keyword === 'allOf' || dice.chance(20) ? members.map(into).reduce(merged) : into(dice.one(members));
    return merged(drawn, drawOwn(dice, at, into));
  }
  if ('if' in at) return merged(into(dice.one([at['if'], at['then'], at['else']])), into(at['then']));
  return drawOwn(dice, at, into) ?? dice.one(VALUES);
}

function drawOwn(dice: Dice, at: Any, into: (part: unknown) => unknown): unknown {
  if ('const' in at) return at['const'];
  if (Array.isArray(at['enum'])) return dice.one(at['enum'] as unknown[]);
  const type = Array.isArray(at['type']) ? dice.one(at['type'] as unknown[]) : at['type'];
  const has = (...keywords: string[]) => keywords.some((it) => it in at);
  if (
    type === 'object' ||
    (type === undefined && has('properties', 'required', 'patternProperties', 'minProperties'))
  ) {
    return drawObject(dice, at, into);
  }
  if (type === 'array' || (type === undefined && has('items', 'prefixItems', 'contains')))
    return drawArray(dice, at, into);
  if (type === 'integer' || type === 'number') {
    const near = [at['minimum'], at['maximum'], at['exclusiveMinimum'], at['exclusiveMaximum'], 0].filter(
      (it) => typeof it === 'number',
    );
    return dice.one(near) + dice.one([0, 0, 1, -1, 2, 0.5, 3]);
  }
  if (type === 'string') return dice.one(VALUES.filter((it) => typeof it === 'string'));
  return type === undefined ? undefined : dice.one(VALUES);
}

function drawObject(dice: Dice, at: Any, into: (part: unknown) => unknown): Any {
  const properties = (at['properties'] ?? {}) as Any;
  const required = (at['required'] ?? []) as string[];
  const names = [...dice.some(Object.keys(properties), 65), ...(dice.chance(92) ? required : [])];
  if (dice.chance(20)) names.push(dice.one([...NAMES, 'zz', 'x-a', 'ab', '7']));
  return Object.fromEntries(names.map((name) => [name, into(properties[name] ?? at['additionalProperties'])]));
}

function drawArray(dice: Dice, at: Any, into: (part: unknown) => unknown): unknown[] {
  const prefix = (at['prefixItems'] ?? []) as unknown[];
  const length = Number(at['minItems'] ?? 0) + dice.roll(3);
  return Array.from({ length }, (_, index) =>
    'contains' in at && dice.chance(40) ? into(at['contains']) : into(prefix[index] ?? at['items']),
  );
}

const isObject = (it: unknown): it is Any => typeof it === 'object' && it !== null && !Array.isArray(it);
const merged = (one: unknown, other: unknown): unknown =>
  isObject(one) && isObject(other) ? { ...one, ...other } : (one ?? other);
