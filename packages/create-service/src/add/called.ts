import { camelCase, pascalCase, plural } from '../names.ts';
import type { Resource } from './route.ts';

/** How code and text call a resource. */
export function called({ name, parents, id }: Resource) {
  const prose = name.replaceAll('-', ' ');
  return {
    kebab: name,
    camel: camelCase(name),
    pascal: pascalCase(name),
    things: camelCase(plural(name)),
    Things: pascalCase(plural(name)),
    CONSTANT: name.replaceAll('-', '_').toUpperCase(),
    CONSTANTS: plural(name).replaceAll('-', '_').toUpperCase(),
    prose,
    many: plural(prose),
    article: /^[aeiou]/.test(prose) ? 'an' : 'a',
    keys: [...parents, id],
    parents,
    id,
  };
}
export type Called = ReturnType<typeof called>;

/** `/customers/{customerId}/coupons` as a template literal that takes the parameters from `of`. */
export const hrefOf = (path: string, of: string) =>
  `\`/v1${path.replaceAll(/\{(\w+)\}/g, (_, name: string) => `\${encodeURIComponent(${of}.${name})}`)}\``;
