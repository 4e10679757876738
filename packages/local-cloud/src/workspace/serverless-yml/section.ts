/** What `npm start` does with a property of serverless.yml. */
export type Support = { readonly done: true } | { readonly noEffect: string } | { readonly refused: string };

export interface Section {
  /** The path that the section's names go on from: `functions.*.events[].http`; empty for the top. */
  readonly of: string;
  /** Carried out; names separated by spaces. `.` is the section itself. */
  readonly done?: string;
  /** Names → why nothing depends on them on a laptop. All below a name has no effect either. */
  readonly noEffect?: Readonly<Record<string, string>>;
  /** Names → what to do instead, or why it cannot be. All below a name is refused with it. */
  readonly refused?: Readonly<Record<string, string>>;
}

/** The support of each property, by its path. Several names may share a reason: `'vpc kmsKeyArn': '…'`. */
export function supportByPath(sections: readonly Section[]): ReadonlyMap<string, Support> {
  const table = new Map<string, Support>();
  for (const { of, done = '', noEffect = {}, refused = {} } of sections) {
    const put = (names: string, support: Support): void => {
      for (const name of names.split(/\s+/).filter(Boolean)) {
        const path = name === '.' ? of : [of, name].filter(Boolean).join('.');
        if (table.has(path)) throw new Error(`${path} is twice in the table of properties.`);
        table.set(path, support);
      }
    };
    put(done, { done: true });
    for (const [names, reason] of Object.entries(noEffect)) put(names, { noEffect: reason });
    for (const [names, reason] of Object.entries(refused)) put(names, { refused: reason });
  }
  return table;
}
