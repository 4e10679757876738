import { isDeepStrictEqual } from 'node:util';
import { below, followed, isNode, listOf, type Node, nodeOf, type Part } from './document.ts';
import { Unsupported } from './notes.ts';

/** What only describes, and what other schemas than the merged one have of it. */
const DESCRIBES = ['title', 'description', 'example', 'examples', 'externalDocs', 'xml', 'discriminator', 'default'];
const MAX_DEPTH = 20;

/** The smallest of the lower and the largest of the upper bounds hold. */
const BOUNDS: Readonly<Record<string, (...values: number[]) => number>> = {
  ...Object.fromEntries(['minimum', 'minLength', 'minItems', 'minProperties'].map((it) => [it, Math.max])),
  ...Object.fromEntries(['maximum', 'maxLength', 'maxItems', 'maxProperties'].map((it) => [it, Math.min])),
};

/**
 * A schema with those of its `allOf` in it, as one.
 * @throws Unsupported where two of them say what no single schema can
 */
export function merged(document: Node, part: Part, depth = 0): Node {
  const { node, pointer } = followed(document, part);
  if (depth > MAX_DEPTH) throw new Unsupported(pointer, 'its allOf leads to itself');
  const { allOf, ...own } = node;
  if (allOf === undefined) return node;
  return listOf(allOf).reduce<Node>((before, one, index) => {
    const place = below(pointer, 'allOf', index);
    return both(before, merged(document, { node: nodeOf(one), pointer: place }, depth + 1), place);
  }, own);
}

function both(one: Node, other: Node, pointer: string): Node {
  const result: Record<string, unknown> = { ...one };
  for (const [keyword, value] of Object.entries(other)) {
    result[keyword] = keyword in one ? combined(keyword, one[keyword], value, pointer) : value;
  }
  return result;
}

function combined(keyword: string, one: unknown, other: unknown, pointer: string): unknown {
  if (isDeepStrictEqual(one, other) || DESCRIBES.includes(keyword) || keyword.startsWith('x-')) return one;
  const bound = BOUNDS[keyword];
  if (bound !== undefined) return bound(Number(one), Number(other));
  switch (keyword) {
    case 'properties':
      return propertiesOf(nodeOf(one), nodeOf(other));
    case 'items':
      if (isNode(one) && isNode(other)) return { allOf: [one, other] };
      break;
    case 'required':
      return [...new Set([...listOf(one), ...listOf(other)])];
    case 'enum':
      return listOf(one).filter((value) => listOf(other).some((it) => isDeepStrictEqual(it, value)));
    case 'nullable':
      return one === true && other === true;
    case 'readOnly':
    case 'writeOnly':
    case 'deprecated':
      return one === true || other === true;
    case 'additionalProperties':
      if (one === true || other === true) return one === true ? other : one;
      if (one === false || other === false) return false;
      break;
    case 'type':
      if ([one, other].every((it) => it === 'integer' || it === 'number')) return 'integer';
      break;
    default:
  }
  throw new Unsupported(pointer, `its allOf has "${keyword}" twice, which no single schema can have`);
}

const propertiesOf = (one: Node, other: Node): Node => ({
  ...one,
  ...Object.fromEntries(
    Object.entries(other).map(([name, schema]) => [
      name,
      name in one && !isDeepStrictEqual(one[name], schema) && isNode(schema) ? { allOf: [one[name], schema] } : schema,
    ]),
  ),
});
