import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { compareSchemas, type Direction, type Schema } from '../src/index.ts';
import { findBreak } from '../src/compare/compare-schemas.ts';
import { changed } from './change-schema.ts';
import { Dice } from './dice.ts';
import { drawDocument, drawnUntil } from './draw-schemas.ts';
import { drawValue } from './draw-values.ts';
import { writes } from './writes.ts';

const MEMBERS = 7;
const VALUES = 80;

/** Documents that came from one another, with values that one of them or another takes. */
interface Family {
  readonly schemas: readonly Schema[];
  readonly judges: readonly ValidateFunction[];
  readonly values: readonly unknown[];
}

export function drawFamily(dice: Dice): Family {
  // Without `allErrors`, Ajv 8.20 skips `contains` beside a longer `prefixItems`.
  const ajv = new Ajv2020({
    allErrors: true,
    strict: false,
    validateSchema: false,
    addUsedSchema: false,
    inlineRefs: false,
  });
  formats.default(ajv);
  const schemas = [drawDocument(dice)];
  while (schemas.length < MEMBERS)
    schemas.push(dice.chance(90) ? drawnUntil(() => changed(dice, dice.one(schemas))) : drawDocument(dice));
  const values = Array.from({ length: VALUES }, (_, index) => {
    const root = schemas[index % MEMBERS]!;
    return drawValue(dice, root, root);
  });
  return { schemas, judges: schemas.map((schema) => ajv.compile(schema)), values };
}

export interface Tally {
  pairs: number;
  breaks: number;
  undecided: Map<string, number>;
}

/** Judges every pair of a family. @returns what is wrong, for a person */
function judgeFamily({ schemas, judges, values }: Family, tally: Tally, find: typeof findBreak): string[] {
  const valid = schemas.map((schema, index) => values.map((value) => judges[index]!(value) && writes(value, schema)));
  return schemas.flatMap((before, one) =>
    schemas.flatMap((after, other): string[] => {
      if (one === other) return [];
      const direction: Direction = (one + other) % 2 === 0 ? 'input' : 'output';
      const [writer, reader] = direction === 'input' ? [one, other] : [other, one];
      const example = values.find((value, index) => valid[writer]![index] && !judges[reader]!(value));
      const found = find(before, after, direction);
      const said = compareSchemas(before, after, direction).some(({ breaking }) => breaking);
      tally.pairs += 1;
      const wrong = (what: string) => `${what}\n${direction} ${JSON.stringify({ before, after })}`;
      if (find === findBreak && said !== (found !== 'none'))
        return [wrong(`said ${said}, found ${JSON.stringify(found)}`)];
      if (found === 'none') return example === undefined ? [] : [wrong(`missed: ${JSON.stringify(example)}`)];
      tally.breaks += 1;
      if ('unknown' in found) {
        if (example === undefined) tally.undecided.set(found.unknown, (tally.undecided.get(found.unknown) ?? 0) + 1);
        return [];
      }
      const made = judges[writer]!(found.value) && writes(found.value, schemas[writer]!);
      if (made && !judges[reader]!(found.value)) return [];
      return [wrong(`false alarm: ${JSON.stringify(found.value)}, made ${made}`)];
    }),
  );
}

/**
 * Draws families of schemas and judges their pairs.
 * @throws Error that names the seed, the schemas and the value, when one is judged wrongly
 */
export function judge(seed: number, families: number, find = findBreak): Tally {
  const dice = new Dice(seed);
  const tally: Tally = { pairs: 0, breaks: 0, undecided: new Map() };
  for (let count = 0; count < families; count += 1) {
    const wrong = judgeFamily(drawFamily(dice), tally, find);
    if (wrong.length > 0) throw new Error(`Seed ${seed}, family ${count}, ${wrong.length} of them:\n${wrong[0]}`);
  }
  return tally;
}
