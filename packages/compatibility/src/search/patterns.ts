const compiled = new Map<string, RegExp | undefined>();

/** A pattern of JSON Schema: ECMA-262, Unicode; undefined for one that is none. */
function compile(pattern: string): RegExp | undefined {
  if (!compiled.has(pattern)) {
    let found: RegExp | undefined;
    try {
      found = new RegExp(pattern, 'u');
    } catch {
      found = undefined;
    }
    compiled.set(pattern, found);
  }
  return compiled.get(pattern);
}

/** Whether a text has the pattern; none has a pattern that is not one. */
export const matches = (pattern: string, text: string): boolean => compile(pattern)?.test(text) ?? false;

/** A few texts that have the pattern, or try to: of repetitions the fewest, of alternatives each once. */
export function samplesOf(pattern: string): string[] {
  const short = new Sampler(pattern, 0).all();
  const long = new Sampler(pattern, 1).all();
  return [...new Set([...short, ...long])].filter((text) => matches(pattern, text));
}

const LIMIT = 12;
const CLASSES: Readonly<Record<string, string>> = { d: '0', w: 'a', s: ' ', D: 'a', W: '-', S: 'a', n: '\n', t: '\t' };

/** Reads a pattern from left to right, and keeps what it could have read so far. */
class Sampler {
  readonly #pattern: string;
  readonly #more: number;
  #at = 0;

  constructor(pattern: string, more: number) {
    this.#pattern = pattern;
    this.#more = more;
  }

  all(): string[] {
    return this.#alternatives();
  }

  #alternatives(): string[] {
    const found = [...this.#sequence()];
    while (this.#pattern[this.#at] === '|') {
      this.#at += 1;
      found.push(...this.#sequence());
    }
    return found.slice(0, LIMIT);
  }

  #sequence(): string[] {
    let texts = [''];
    while (this.#at < this.#pattern.length && !'|)'.includes(this.#pattern[this.#at]!)) {
      const part = this.#repeated(this.#one());
      texts = texts.flatMap((before) => part.map((after) => before + after)).slice(0, LIMIT);
    }
    return texts;
  }

  #one(): string[] {
    const sign = this.#pattern[this.#at]!;
    this.#at += 1;
    if (sign === '^' || sign === '$') return [''];
    if (sign === '.') return ['a'];
    if (sign === '\\') return [this.#escaped()];
    if (sign === '[') return this.#class();
    if (sign !== '(') return [sign];
    const [, prefix = ''] = /^(\?(?:[:=!]|<[=!]|<\w+>))/.exec(this.#pattern.slice(this.#at)) ?? [];
    this.#at += prefix.length;
    const inner = this.#alternatives();
    this.#at += 1;
    return /[=!]$/.test(prefix) ? [''] : inner;
  }

  #escaped(): string {
    const sign = this.#pattern[this.#at]!;
    this.#at += 1;
    const code = /^(?:x([0-9a-f]{2})|u([0-9a-f]{4}))/i.exec(this.#pattern.slice(this.#at - 1));
    if (code !== null) {
      this.#at += code[0].length - 1;
      return String.fromCodePoint(parseInt(code[1] ?? code[2]!, 16));
    }
    return sign === 'b' || sign === 'B' ? '' : (CLASSES[sign] ?? sign);
  }

  /** The first and the last of a class; of an excluded one the first that is not in it. */
  #class(): string[] {
    const start = this.#at - 1;
    while (this.#at < this.#pattern.length && this.#pattern[this.#at] !== ']') {
      this.#at += this.#pattern[this.#at] === '\\' ? 2 : 1;
    }
    this.#at += 1;
    const text = this.#pattern.slice(start, this.#at);
    const fitting = [...'a0A1zZ9_-. !/:@,;é"', ...text].filter((it) => matches(`^${text}$`, it));
    return fitting.slice(0, 2);
  }

  #repeated(part: string[]): string[] {
    const rest = this.#pattern.slice(this.#at);
    const [sign = '', exact, least] = /^(?:[*+?]|\{(\d+)\}|\{(\d+),\d*\})\??/.exec(rest) ?? [];
    this.#at += sign.length;
    if (sign === '') return part;
    const times = exact ?? least;
    const optional = sign.startsWith('*') || sign.startsWith('?');
    const count = times === undefined ? (optional ? 0 : 1) : Number(times);
    const total = exact === undefined ? count + this.#more : count;
    return [...new Set(part.map((it) => it.repeat(Math.min(total, 1000))))];
  }
}
