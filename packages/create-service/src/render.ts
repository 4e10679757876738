import { camelCase, type Names, pascalCase, plural } from './names.ts';
import { Refusal } from './refusal.ts';

/** The templates are a service that is whole: it is called `depot` and keeps spare parts. */
export const TEMPLATE: Names = { service: 'depot', aggregate: 'spare-part' };

/** An identifier that the templates call after the aggregate: `SparePartView`, `sparePartId`, `SPARE_PART`. */
const NAMED = /[Ss]parePart|SPARE_PART/;

/** The ways in which a text calls the service and what it keeps, in the same order for any names. */
function spellings({ service, aggregate }: Names): string[] {
  const prose = aggregate.replaceAll('-', ' ');
  const article = /^[aeiou]/.test(aggregate) ? 'an' : 'a';
  return [
    `${article} ${prose}`,
    `${article.replace('a', 'A')} ${prose}`,
    plural(aggregate),
    plural(prose),
    aggregate,
    prose,
    camelCase(aggregate),
    pascalCase(aggregate),
    aggregate.replaceAll('-', '_').toUpperCase(),
    service,
  ];
}

/** Writes a template, or its path, with other names. */
export function render(text: string, names: Names): string {
  const [from, to] = [spellings(TEMPLATE), spellings(names)];
  return text.replaceAll(new RegExp(from.join('|'), 'g'), (found) => to[from.indexOf(found)] ?? found);
}

/**
 * Whether all identifiers stay distinct under the new names: `store` would make the type `Store` a second time.
 * @throws Refusal that names those that would not
 */
export function refuseCollisions(templates: readonly string[], names: Names): void {
  const identifiers = new Set(templates.flatMap((text) => text.match(/[A-Za-z_$][\w$]*/g) ?? []));
  const renamed = [...identifiers].filter((word) => NAMED.test(word) && render(word, names) !== word);
  const taken = renamed.map((word) => render(word, names)).find((word) => identifiers.has(word));
  if (taken === undefined) return;
  throw new Refusal(
    `The service would keep ${plural(names.aggregate).replaceAll('-', ' ')}, and "${taken}" has another meaning in its ` +
      `code: name what it keeps with --aggregate, such as "npm run new-service ${names.service} -- --aggregate entry".`,
  );
}
