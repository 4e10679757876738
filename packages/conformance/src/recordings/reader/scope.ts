import { Unreadable } from './values.ts';

/** Names of a file, and inside it of a function. */
export class Scope {
  readonly #names = new Map<string, unknown>();
  readonly #outer: Scope | undefined;
  readonly #unknown: ((name: string) => unknown) | undefined;
  readonly #nonlocal = new Set<string>();

  /** @param unknown gives what a name means that no assignment has bound */
  constructor(outer?: Scope, unknown?: (name: string) => unknown) {
    this.#outer = outer;
    this.#unknown = unknown;
  }

  get(name: string): unknown {
    const found = this.find(name);
    if (found === undefined) throw new Unreadable(`the name ${name}`);
    return found;
  }

  find(name: string): unknown {
    if (this.#names.has(name)) return this.#names.get(name);
    return this.#outer === undefined ? this.#unknown?.(name) : this.#outer.find(name);
  }

  set(name: string, value: unknown): void {
    if (this.#nonlocal.has(name)) this.#outer?.rebind(name, value);
    else this.#names.set(name, value);
  }

  /** The name belongs to the function around this one. */
  declareNonlocal(name: string): void {
    this.#nonlocal.add(name);
  }

  entries(): [string, unknown][] {
    return [...this.#names];
  }

  protected rebind(name: string, value: unknown): void {
    if (this.#names.has(name) || this.#outer === undefined) this.#names.set(name, value);
    else this.#outer.rebind(name, value);
  }
}
