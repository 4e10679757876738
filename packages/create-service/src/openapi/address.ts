import { Unsupported, type Notes } from './notes.ts';

/** Where an endpoint is: `/v1` before `/pets/{petId}`. */
export interface Address {
  readonly version: number;
  readonly path: string;
  /** The names of path parameters in the document → those of the contract. */
  readonly params: ReadonlyMap<string, string>;
}

const VERSION = /^v([1-9]\d*)$/;
const SEGMENT = /^[a-z][a-z-]*$/;
const PARAMETER = /^\{([^{}]+)\}$/;
const PARAMETER_NAME = /^[a-z][A-Za-z]*$/;

/** `findByStatus`, `find_by_status` → `find-by-status` */
const kebab = (text: string): string =>
  text
    .replaceAll(/(?<=[a-z])(?=[A-Z])/g, '-')
    .replaceAll(/[_.~]+/g, '-')
    .toLowerCase();

/** `pet_id`, `pet-id`, `PetId` → `petId` */
const camel = (text: string): string => {
  const joined = text.replaceAll(/[^A-Za-z0-9]+(.)/g, (_, next: string) => next.toUpperCase());
  return joined === joined.toUpperCase() ? joined.toLowerCase() : joined.slice(0, 1).toLowerCase() + joined.slice(1);
};

/**
 * Makes the addresses of a document's paths. API Gateway has one name for what stands in a place of a path, so that the
 * first one holds.
 * @param base the version of the document's server, for paths without one
 */
export function addresses(base: number, notes: Notes): (path: string, pointer: string) => Address {
  const names = new Map<string, string>();
  return (path, pointer) => {
    const segments = path.split('/').filter((it) => it !== '');
    const place = segments.findIndex((it) => VERSION.test(it));
    const version = place === -1 ? base : Number(VERSION.exec(segments[place]!)![1]);
    const params = new Map<string, string>();
    const rest = segments.filter((_, index) => index !== place);
    if (rest.length === 0) throw new Unsupported(pointer, 'a contract needs a path below the version');
    let made = '';
    for (const segment of rest) made += `/${segmentOf(segment, `${version}${made}`)}`;
    const before = rest.map((it) => `/${it}`).join('');
    if (made !== before || place > 0) {
      notes.add(`${pointer} → /v${version}${made}`, 'the path is another, by the rules of the contracts');
    }
    return { version, path: made, params };

    function segmentOf(segment: string, parent: string): string {
      const parameter = PARAMETER.exec(segment)?.[1];
      if (parameter === undefined) {
        const word = kebab(segment);
        if (!SEGMENT.test(word))
          throw new Unsupported(pointer, `a contract's path has letters and hyphens, and this has "${segment}"`);
        return word;
      }
      const place = parent.replaceAll(/\{[^}]*\}/g, '{}');
      const name = names.get(place) ?? camel(parameter);
      if (!PARAMETER_NAME.test(name))
        throw new Unsupported(pointer, `a parameter's name has letters only, and this is "${parameter}"`);
      if ([...params.values()].includes(name))
        throw new Unsupported(pointer, `two parameters of the path would be called ${name}`);
      names.set(place, name);
      params.set(parameter, name);
      return `{${name}}`;
    }
  };
}

/** The version at the end of a server's address: `https://api.example.com/v2` */
export function versionOfServer(url: unknown): number {
  const last = typeof url === 'string' ? url.replace(/\/$/, '').split('/').at(-1) : undefined;
  return Number(VERSION.exec(last ?? '')?.[1] ?? 1);
}
