import type { Schema } from '../src/index.ts';
import type { Dice } from './dice.ts';

type Any = Record<string, unknown>;

export const NAMES = ['a', 'b', 'c'];
export const PATTERNS = ['^a', 'b$', '^[0-9]+$', '^x-'];
const TEXTS = ['a', 'b', 'ab', '12', ''];
const FORMATS = ['date', 'uuid', 'email', 'date-time'];
const TYPES = ['null', 'boolean', 'integer', 'number', 'string', 'array', 'object'];
const DEFINED = ['One', 'Two'];

/** A document with definitions, which may lead to themselves below a property or an element. */
export function drawDocument(dice: Dice): Schema {
  return drawnUntil(() => draw(dice));
}

/** Draws again what leads to itself at one place: no validator bears that. */
export function drawnUntil(drawn: () => Schema): Schema {
  for (;;) {
    const document = drawn();
    const $defs = document['$defs'] as Record<string, unknown>;
    if (!DEFINED.some((name) => leadsTo($defs[name], name, $defs, new Set()))) return document;
  }
}

function leadsTo(schema: unknown, name: string, $defs: Any, seen: Set<string>): boolean {
  if (typeof schema !== 'object' || schema === null) return false;
  const at = schema as Any;
  const target = typeof at['$ref'] === 'string' ? at['$ref'].split('/').at(-1)! : undefined;
  if (target === name) return true;
  const inner = [
    ...['allOf', 'anyOf', 'oneOf'].flatMap((keyword) => (at[keyword] ?? []) as unknown[]),
    ...['if', 'then', 'else', 'not'].map((keyword) => at[keyword]),
    ...Object.values((at['dependentSchemas'] ?? {}) as Any),
  ];
  if (target !== undefined && !seen.has(target)) inner.push($defs[target]);
  if (target !== undefined) seen.add(target);
  return inner.some((it) => leadsTo(it, name, $defs, seen));
}

function draw(dice: Dice): Schema {
  const $defs = Object.fromEntries(DEFINED.map((name) => [name, drawSchema(dice, 2)]));
  const schema = drawSchema(dice, 0);
  return { ...(typeof schema === 'boolean' ? {} : schema), $defs };
}

export function drawSchema(dice: Dice, depth: number): Any | boolean {
  if (depth > 0 && dice.chance(6)) return dice.chance(70);
  if (depth > 2) return drawScalar(dice);
  const inner = () => drawSchema(dice, depth + 1);
  switch (dice.roll(12)) {
    case 0:
      return { $ref: `#/$defs/${dice.one(DEFINED)}`, ...(dice.chance(30) ? drawObject(dice, inner) : {}) };
    case 1:
      return {
        [dice.one(['anyOf', 'oneOf', 'anyOf', 'allOf'])]: [inner(), inner()],
        ...(dice.chance(30) ? drawScalar(dice) : {}),
      };
    case 2:
      return { not: inner(), ...(dice.chance(60) ? drawScalar(dice) : {}) };
    case 3:
      return {
        if: inner(),
        ...(dice.chance(80) ? { then: inner() } : {}),
        ...(dice.chance(50) ? { else: inner() } : {}),
      };
    case 4:
    case 5:
      return drawArray(dice, inner);
    case 6:
    case 7:
      return drawScalar(dice);
    default:
      return { ...drawObject(dice, inner), ...(dice.chance(12) ? { anyOf: [inner(), inner()] } : {}) };
  }
}

function drawScalar(dice: Dice): Any {
  const low = dice.roll(5) - 2;
  switch (dice.roll(9)) {
    case 0:
      return { type: dice.one(TYPES) };
    case 1:
      return {
        enum: dice
          .some([...TEXTS, 1, 2, null, true], 40)
          .concat('a')
          .filter(isFirst),
      };
    case 2:
      return { const: dice.one([...TEXTS, 1, null]) };
    case 3:
      return { type: dice.some(TYPES, 30).concat('string').filter(isFirst) };
    case 4:
    case 5:
      return {
        type: dice.one(['integer', 'number']),
        ...pick(
          dice,
          { minimum: low, maximum: low + dice.roll(4), exclusiveMinimum: low - 1, exclusiveMaximum: low + 3 },
          35,
        ),
        ...pick(dice, { multipleOf: dice.one([0.5, 1, 2, 3]) }, 25),
      };
    default:
      return {
        type: 'string',
        ...pick(dice, { minLength: dice.roll(3), maxLength: 1 + dice.roll(4) }, 30),
        ...pick(dice, { pattern: dice.one(PATTERNS), format: dice.one(FORMATS) }, 12),
      };
  }
}

function drawArray(dice: Dice, inner: () => unknown): Any {
  return {
    ...(dice.chance(80) ? { type: 'array' } : {}),
    ...(dice.chance(75) ? { items: inner() } : {}),
    ...(dice.chance(20) ? { prefixItems: [inner(), ...(dice.chance(50) ? [inner()] : [])] } : {}),
    ...pick(dice, { minItems: dice.roll(3), maxItems: dice.roll(4), uniqueItems: true }, 25),
    ...(dice.chance(15)
      ? { contains: inner(), ...pick(dice, { minContains: dice.roll(3), maxContains: dice.roll(3) }, 40) }
      : {}),
    ...pick(dice, { unevaluatedItems: false }, 4),
  };
}

function drawObject(dice: Dice, inner: () => unknown): Any {
  const properties = Object.fromEntries(dice.some(NAMES, 60).map((name) => [name, inner()]));
  return {
    ...(dice.chance(85) ? { type: 'object' } : {}),
    ...(dice.chance(90) ? { properties } : {}),
    ...(dice.chance(70) ? { required: dice.some(NAMES, 35) } : {}),
    ...(dice.chance(30) ? { additionalProperties: dice.chance(60) ? dice.chance(20) : inner() } : {}),
    ...(dice.chance(8) ? { patternProperties: { [dice.one(PATTERNS)]: inner() } } : {}),
    ...(dice.chance(6) ? { propertyNames: dice.one([{ enum: ['a', 'b'] }, { maxLength: 1 }, { pattern: '^a' }]) } : {}),
    ...pick(dice, { minProperties: dice.roll(3), maxProperties: 1 + dice.roll(3) }, 8),
    ...(dice.chance(6) ? { dependentRequired: { [dice.one(NAMES)]: [dice.one(NAMES)] } } : {}),
    ...(dice.chance(6) ? { dependentSchemas: { [dice.one(NAMES)]: inner() } } : {}),
    ...pick(dice, { unevaluatedProperties: false }, 5),
  };
}

const isFirst = (value: unknown, index: number, all: readonly unknown[]): boolean => all.indexOf(value) === index;

const pick = (dice: Dice, all: Any, percent: number): Any =>
  Object.fromEntries(Object.entries(all).filter(() => dice.chance(percent)));
