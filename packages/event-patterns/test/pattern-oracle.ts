/**
 * A second, slow opinion on event patterns for property tests, written from AWS's pages alone: it lists every leaf of
 * the event with the elements it lies in, tries every choice of `$or` branches and every choice of one leaf (or none)
 * per field, and asks whether any choice satisfies everything at once.
 */
type Scalar = string | number | boolean | null;
type Json = Scalar | Json[] | { [name: string]: Json };
interface Leaf {
  path: string;
  value: Scalar;
  elements: string[];
}
type Wanted = Map<string, Json[]>;

export function oracleMatches(pattern: Json, event: Json): boolean {
  const leaves = leavesOf(event, '', '', []);
  return conjunctions(pattern as { [name: string]: Json }, '').some((wanted) => satisfiable(wanted, leaves));
}

/** `path` joins names with dots, as AWS does; `pointer` is the one place in the event. */
function leavesOf(value: Json, path: string, pointer: string, elements: string[]): Leaf[] {
  if (Array.isArray(value)) {
    return value.flatMap((item, index) => {
      const inside = typeof item === 'object' && item !== null;
      const element = `${pointer}#${index}`;
      return leavesOf(item, path, element, inside ? [...elements, element] : elements);
    });
  }
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value).flatMap(([name, item]) =>
      leavesOf(item, `${path}.${name}`, `${pointer}/${name}`, elements),
    );
  }
  return [{ path, value, elements }];
}

/** Every way to choose one branch of each `$or`: a later mention of a field replaces an earlier one. */
function conjunctions(pattern: { [name: string]: Json }, path: string): Wanted[] {
  return Object.entries(pattern).reduce<Wanted[]>(
    (before, [name, value]) => {
      const choices =
        name === '$or'
          ? (value as { [name: string]: Json }[]).flatMap((branch) => conjunctions(branch, path))
          : Array.isArray(value)
            ? [new Map([[`${path}.${name}`, value]])]
            : conjunctions(value as { [name: string]: Json }, `${path}.${name}`);
      return before.flatMap((first) => choices.map((then) => new Map([...first, ...then])));
    },
    [new Map()],
  );
}

function satisfiable(wanted: Wanted, leaves: Leaf[]): boolean {
  const fields = [...wanted].sort(([a], [b]) => (a < b ? -1 : 1));
  const choices = fields.reduce<(Leaf | undefined)[][]>(
    (before, [path]) => {
      const options = [undefined, ...leaves.filter((leaf) => leaf.path === path)];
      return before.flatMap((chosen) => options.map((option) => [...chosen, option]));
    },
    [[]],
  );
  return choices.some((chosen) =>
    fields.every(([path, values], at) => {
      const earlier = chosen.slice(0, at).filter((leaf) => leaf !== undefined);
      const fits = (leaf: Leaf): boolean => earlier.every((other) => agree(leaf, other));
      const leaf = chosen[at];
      if (leaf !== undefined) return fits(leaf) && values.some((value) => accepts(value, leaf.value));
      const absent = !leaves.some((other) => other.path === path && fits(other));
      return absent && values.some((value) => isExpression(value) && value.exists === false);
    }),
  );
}

/** Two leaves of one array must lie in the same element of it. */
function agree(a: Leaf, b: Leaf): boolean {
  const arrayOf = (element: string): string => element.slice(0, element.lastIndexOf('#'));
  return a.elements.every((one) => b.elements.every((two) => arrayOf(one) !== arrayOf(two) || one === two));
}

function isExpression(value: Json): value is { [name: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function accepts(wanted: Json, value: Scalar): boolean {
  if (!isExpression(wanted)) return wanted === value;
  const [[name, operand]] = Object.entries(wanted) as [[string, Json]];
  switch (name) {
    case 'exists':
      return operand === true;
    case 'numeric':
      return typeof value === 'number' && inRange(operand as (string | number)[], value);
    case 'cidr':
      return typeof value === 'string' && inBlock(operand as string, value);
    case 'anything-but':
      return !refused(operand, value);
    default:
      return typeof value === 'string' && acceptsText(name, operand, value);
  }
}

function acceptsText(name: string, operand: Json, value: string): boolean {
  if (isExpression(operand))
    return acceptsText(name, String(Object.values(operand)[0]).toLowerCase(), value.toLowerCase());
  const text = String(operand);
  if (name === 'prefix') return value.slice(0, text.length) === text;
  if (name === 'suffix') return text === '' || value.slice(-text.length) === text;
  if (name === 'equals-ignore-case') return value.toLowerCase() === text.toLowerCase();
  return glob(text, value);
}

function refused(operand: Json, value: Scalar): boolean {
  if (!isExpression(operand)) return [operand].flat().includes(value);
  const [[name, texts]] = Object.entries(operand) as [[string, Json]];
  return typeof value === 'string' && [texts].flat().some((text) => acceptsText(name, text, value));
}

function inRange([operator, bound, ...rest]: (string | number)[], value: number): boolean {
  const limit = Number(bound);
  const holds =
    (operator === '=' && value === limit) ||
    (String(operator).startsWith('<') && value < limit) ||
    (String(operator).startsWith('>') && value > limit) ||
    ((operator === '<=' || operator === '>=') && value === limit);
  return holds && (rest.length === 0 || inRange(rest, value));
}

function glob(pattern: string, value: string): boolean {
  if (pattern === '') return value === '';
  if (pattern.startsWith('*')) return glob(pattern.slice(1), value) || (value !== '' && glob(pattern, value.slice(1)));
  const literal = pattern.startsWith('\\') ? pattern.slice(1) : pattern;
  return value !== '' && value[0] === literal[0] && glob(literal.slice(1), value.slice(1));
}

function inBlock(block: string, address: string): boolean {
  const [network = '', mask] = block.split('/');
  const [a, b] = [bits(network), bits(address)];
  return a !== undefined && b !== undefined && a.slice(0, Number(mask)) === b.slice(0, Number(mask));
}

/** IPv4 only: the property test makes no others. */
function bits(address: string): string | undefined {
  const numbers = address.split('.').map(Number);
  if (numbers.length !== 4 || !numbers.every((part) => part >= 0 && part <= 255)) return undefined;
  return numbers.map((part) => part.toString(2).padStart(8, '0')).join('');
}
