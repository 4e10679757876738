/** A template refers to something that does not exist, or not yet. `missing` completes "waits for …". */
export class UnresolvedReference extends Error {
  readonly missing: string;

  constructor(missing: string) {
    super(`There is no such thing as ${missing}.`);
    this.name = 'UnresolvedReference';
    this.missing = missing;
  }
}

/** What the intrinsic functions of one stack can see. */
export interface Scope {
  readonly pseudoParameters: Record<string, string>;
  readonly parameters: Record<string, unknown>;
  readonly conditions: Record<string, unknown>;
  readonly mappings: Record<string, Record<string, Record<string, unknown>>>;
  /** @throws UnresolvedReference if the resource does not exist (yet) */
  ref(logicalId: string): unknown;
  /** @throws UnresolvedReference if the resource or its attribute does not exist (yet) */
  getAtt(logicalId: string, attribute: string): unknown;
  ssmParameter(name: string): string | undefined;
}
