/** A line of a log: its fields where it is JSON, and its text. */
export interface Line {
  readonly fields: Readonly<Record<string, unknown>>;
  readonly text: string;
}

/** Reads a line: one that is not a JSON object has no fields. */
export function readLine(text: string): Line {
  const fields = text.startsWith('{') ? parsed(text) : undefined;
  return { fields: typeof fields === 'object' && fields !== null ? (fields as Line['fields']) : {}, text };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

type Matches = (fields: unknown) => boolean;

const TOKEN = /\s*(?:(\|\||&&|[()]|!=|<=|>=|[=<>])|"([^"]*)"|([^\s()=<>!&|"]+))/y;
const SELECTOR = /^\$(?:\.[\w-]+|\[\d+\])+$/;
const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

interface Token {
  /** An operator, a parenthesis or a bare word. */
  readonly text: string;
  readonly quoted: boolean;
}

/**
 * Reads a filter pattern: conditions on JSON, such as `{ $.duration >= 0 && $.outcome = "err*" }`, or words that the text
 * has (`ERROR`), has not (`-ERROR`), or of which it has one (`?ERROR ?WARN`). Without a pattern, each line matches.
 * Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
 * @throws TypeError that quotes what is not read here: columns in brackets, and regular expressions
 */
export function readPattern(pattern: string): (line: Line) => boolean {
  const [, inner] = /^\s*\{(.*)\}\s*$/s.exec(pattern) ?? [];
  if (inner !== undefined) {
    const matches = conditions(inner, pattern);
    return ({ fields }) => matches(fields);
  }
  if (/^\s*\[/.test(pattern)) throw refused(pattern, 'columns in brackets are not read here');
  const terms = [...pattern.matchAll(/([-?]?)(?:"([^"]*)"|(\S+))/g)];
  if (terms.some(([, , , bare]) => bare?.startsWith('%'))) {
    throw refused(pattern, 'regular expressions are not read here');
  }
  const having = (wanted: string) =>
    terms.filter(([, sign]) => sign === wanted).map(([, , quoted, bare]) => quoted ?? bare ?? '');
  const [all, none, some] = [having(''), having('-'), having('?')];
  return ({ text }) =>
    all.every((term) => text.includes(term)) &&
    !none.some((term) => text.includes(term)) &&
    (some.length === 0 || some.some((term) => text.includes(term)));
}

function conditions(inner: string, pattern: string): Matches {
  const tokens = tokensOf(inner, pattern);
  const take = (): Token => {
    const token = tokens.shift();
    if (token === undefined) throw refused(pattern, 'it ends too early');
    return token;
  };
  const isNext = (text: string): boolean => tokens[0]?.text === text && !tokens[0].quoted;

  function either(): Matches {
    const parts = [both()];
    while (isNext('||')) parts.push((take(), both()));
    return (fields) => parts.some((part) => part(fields));
  }
  function both(): Matches {
    const parts = [one()];
    while (isNext('&&')) parts.push((take(), one()));
    return (fields) => parts.every((part) => part(fields));
  }
  function one(): Matches {
    if (!isNext('(')) return condition();
    take();
    const inside = either();
    if (!isNext(')')) throw refused(pattern, 'a parenthesis is not closed');
    take();
    return inside;
  }
  function condition(): Matches {
    const selector = take().text;
    if (!SELECTOR.test(selector)) throw refused(pattern, `${selector} does not select a field`);
    const operator = take().text;
    const value = take();
    if (operator === 'NOT' && value.text === 'EXISTS') return (fields) => at(fields, selector) === undefined;
    if (operator === 'IS' && value.text in CONSTANTS)
      return (fields) => at(fields, selector) === CONSTANTS[value.text as keyof typeof CONSTANTS];
    const compare =
      value.quoted || !NUMBER.test(value.text) ? comparedText(operator, value) : comparedNumber(operator, value);
    if (compare === undefined) throw refused(pattern, `${operator} ${value.text} is not read here`);
    return (fields) => compare(at(fields, selector));
  }

  const matches = either();
  if (tokens[0] !== undefined) throw refused(pattern, `${tokens[0].text} is not expected`);
  return matches;
}

const CONSTANTS = { NULL: null, TRUE: true, FALSE: false } as const;

const refused = (pattern: string, reason: string) => new TypeError(`The filter pattern ${pattern}: ${reason}.`);

function tokensOf(inner: string, pattern: string): Token[] {
  const tokens: Token[] = [];
  const text = inner.trimEnd();
  for (TOKEN.lastIndex = 0; TOKEN.lastIndex < text.length;) {
    const from = TOKEN.lastIndex;
    const [, operator, quoted, bare] = TOKEN.exec(text) ?? [];
    const found = operator ?? quoted ?? bare;
    if (found === undefined) throw refused(pattern, `${text.slice(from).trim()} is not understood`);
    tokens.push({ text: found, quoted: quoted !== undefined });
  }
  return tokens;
}

/** What a selector such as `$.items[0].sku` selects; undefined where there is nothing. */
export function at(fields: unknown, selector: string): unknown {
  let value = fields;
  for (const [, name, index] of selector.matchAll(/\.([\w-]+)|\[(\d+)\]/g)) {
    if (typeof value !== 'object' || value === null) return undefined;
    const key = name ?? index!;
    value = Object.hasOwn(value, key) ? (value as Record<string, unknown>)[key] : undefined;
  }
  return value;
}

function comparedNumber(operator: string, { text }: Token): ((value: unknown) => boolean) | undefined {
  const wanted = Number(text);
  const compare = { '=': equal, '!=': unequal, '<': less, '>': more, '<=': atMost, '>=': atLeast }[operator];
  return compare && ((value) => typeof value === 'number' && compare(value, wanted));
}
const equal = (value: number, wanted: number) => value === wanted;
const unequal = (value: number, wanted: number) => value !== wanted;
const less = (value: number, wanted: number) => value < wanted;
const more = (value: number, wanted: number) => value > wanted;
const atMost = (value: number, wanted: number) => value <= wanted;
const atLeast = (value: number, wanted: number) => value >= wanted;

/** A star stands for any text. */
function comparedText(operator: string, { text, quoted }: Token): ((value: unknown) => boolean) | undefined {
  if (!['=', '!='].includes(operator) || (!quoted && text.startsWith('%'))) return undefined;
  const parts = text.split('*').map((part) => part.replace(/[\\^$.|?+()[\]{}]/g, '\\$&'));
  const wanted = new RegExp(`^${parts.join('.*')}$`, 's');
  return (value) => typeof value === 'string' && wanted.test(value) === (operator === '=');
}
