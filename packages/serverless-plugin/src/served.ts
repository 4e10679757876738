import { codeOf, contractsIn, entryOf } from '@dure/release-gate/code';
import { OPERATIONS } from './endpoints.ts';
import { findEndpoint, findMessage } from './find-contract.ts';
import { ConfigurationError } from './types.ts';
import type { Catalogue, FunctionConfig } from './types.ts';

const EVERYTHING = '*';
const SERVED = /\bhttp\(\s*(\w+)/g;
const CONSUMED = /\bconsumes\(\s*(\w+)/g;

/** A contract that code names, and the file that does, from the service's folder. */
interface Named {
  readonly contract: Catalogue[number];
  readonly file: string;
}

/**
 * What a function's code serves and consumes is what serverless.yml says. The code is read, not run: the contracts in
 * `http(Contract, …)` and `consumes(Contract, …)` of the handler's file and of what it imports. A name that is not
 * imported from the contracts, such as a variable, is not compared, and neither is a handler that is not made by `api()` or
 * `consumer()`. A file of which nothing that is imported is used does not count: its handler was taken out of `api(…)`.
 * @throws ConfigurationError that names both places
 */
export function refuseUnserved(
  folder: string,
  service: string,
  catalogue: Catalogue,
  functions: Readonly<Record<string, FunctionConfig>>,
): void {
  for (const [name, { handler, endpoints, consumes }] of Object.entries(functions)) {
    const entry = entryOf(handler ?? '');
    const code = codeOf(folder, entry);
    const uses = (binding: RegExp) => [...code.values()].some((text) => binding.test(text));
    if (endpoints !== undefined && uses(/\bapi\(/)) {
      const where = `functions.${name}.endpoints`;
      const own = endpoints.filter((it) => !OPERATIONS.includes(it));
      const listed = own.map((it) => findEndpoint(catalogue, service, it, where));
      compare({ where, entry, verb: 'serve', list: 'api(…)' }, listed, named(code, SERVED, catalogue));
    }
    const messages = consumes?.map((it) => (typeof it === 'string' ? it : it.message)) ?? [EVERYTHING];
    if (!messages.includes(EVERYTHING) && uses(/\bconsumer\(/)) {
      const where = `functions.${name}.consumes`;
      const listed = messages.map((it) => findMessage(catalogue, service, it, where));
      compare({ where, entry, verb: 'consume', list: 'consumer(…)' }, listed, named(code, CONSUMED, catalogue));
    }
  }
}

interface Place {
  readonly where: string;
  readonly entry: string;
  readonly verb: string;
  readonly list: string;
}

function compare(
  { where, entry, verb, list }: Place,
  listed: readonly Catalogue[number][],
  { found, unknown }: { readonly found: readonly Named[]; readonly unknown: boolean },
): void {
  const missing = unknown ? undefined : listed.find((it) => !found.some(({ contract }) => contract === it));
  if (missing !== undefined) {
    throw new ConfigurationError(
      `${where}: serverless.yml lists ${labelOf(missing)}, but ${entry} does not ${verb} it. Add its handler to ${list}, ` +
        'or take it out of the list.',
    );
  }
  const extra = found.find(({ contract }) => !listed.some((it) => it === contract));
  if (extra !== undefined) {
    throw new ConfigurationError(
      `${where}: ${extra.file} ${verb}s ${labelOf(extra.contract)}, but serverless.yml does not list it. Add it to the list, ` +
        `or take its handler out of ${list}.`,
    );
  }
}

const labelOf = (contract: Catalogue[number]): string =>
  contract.kind === 'endpoint' ? contract.name : contract.detailType;

/** The contracts that a pattern finds in code, and whether it found a name that is none. */
function named(code: ReadonlyMap<string, string>, pattern: RegExp, catalogue: Catalogue) {
  const names = [...code].flatMap(([file, text]) => {
    const imported = contractsIn(text, catalogue);
    return [...text.matchAll(pattern)].map(([, name = '']) => ({ file, contract: imported.get(name) }));
  });
  const found = names.filter((it): it is Named => it.contract !== undefined);
  return { found, unknown: found.length < names.length };
}
