import { parseDocument } from 'yaml';
import { Refusal } from '../refusal.ts';

/**
 * Additions to files that people also edit. Each finds its place by what stands around it, changes nothing when it is
 * there already, and refuses when the place is not found.
 */

/** Adds an import, and `name` to the list in brackets that follows `opening`: `api({ table }, [`. */
export function addToList(text: string, path: string, opening: RegExp, name: string, from: string): string {
  const list = new RegExp(`(${opening.source})\\[([^\\]]*)\\]`);
  const [, , names] = list.exec(text) ?? [];
  if (names === undefined) throw notFound(path, `a list after ${opening.source.replaceAll('\\', '')}`);
  const listed = names.split(',').map((it) => it.trim());
  if (listed.includes(name)) return text;
  const all = [...listed, name].filter((it) => it !== '').join(', ');
  return addImport(
    text.replace(list, (_, before: string) => `${before}[${all}]`),
    `import { ${name} } from '${from}';`,
  );
}

/** Adds an import after the last one. */
export function addImport(text: string, line: string): string {
  if (text.includes(line)) return text;
  const last = [...text.matchAll(/^import [^;]*;\n/gm)].at(-1);
  const at = last === undefined ? 0 : last.index + last[0].length;
  return `${text.slice(0, at)}${line}\n${text.slice(at)}`;
}

/** Exports a file of contracts from the owner's index.ts. */
export function addExport(text: string, file: string): string {
  const line = `export * from './${file}';`;
  return text.includes(line) ? text : `${text.trimEnd()}\n${line}\n`;
}

/** Opens a store in composition.ts on the service's table. */
export function addStore(text: string, path: string, name: string, create: string, from: string): string {
  if (new RegExp(`\\bexport const ${name}\\b`).test(text)) return text;
  if (!/^export const table = openTable\(/m.test(text)) throw notFound(path, '`export const table = openTable(…);`');
  const last = [...text.matchAll(/^export const \w+ = .*\((?:table\b.*|required\('TABLE_NAME'\))\);\n/gm)].at(-1);
  if (last === undefined) throw notFound(path, 'a line that opens a store on the table');
  const end = last.index + last[0].length;
  const withStore = `${text.slice(0, end)}export const ${name} = ${create}(table);\n${text.slice(end)}`;
  return addImport(withStore, `import { ${create} } from '${from}';`);
}

/** Adds an event's contract to the list of a service's own events. */
export function addToEvents(text: string, path: string, event: string, service: string): string {
  const list = /(\bexport const \w+Events = \{)([^}]*)(\};)/;
  const [, , names] = list.exec(text) ?? [];
  if (names === undefined) throw notFound(path, '`export const …Events = { … };`');
  const listed = names.split(',').map((it) => it.trim());
  if (listed.includes(event)) return text;
  const all = [...listed, event].filter((it) => it !== '').join(', ');
  const withEvent = text.replace(list, (_, before: string, __, after: string) => `${before} ${all} ${after}`);
  const imported = new RegExp(`import \\{([^}]*)\\} from '@dure/contracts/${service}';`);
  if (!imported.test(withEvent)) return addImport(withEvent, `import { ${event} } from '@dure/contracts/${service}';`);
  return withEvent.replace(imported, (_, before: string) => {
    const imports = [...before.split(',').map((it) => it.trim()), event].filter((it) => it !== '').sort();
    return `import { ${imports.join(', ')} } from '@dure/contracts/${service}';`;
  });
}

/** Adds an item to a list of the function with this handler in serverless.yml, which needs to write its table. */
export function addToFunction(text: string, path: string, handler: string, list: string, item: string): string {
  const document = parseDocument(text, { logLevel: 'silent' });
  const functions = document.toJS() as { functions?: Record<string, Record<string, unknown> | null> };
  const [name, definition] =
    Object.entries(functions.functions ?? {}).find(([, it]) => it?.['handler'] === handler) ?? [];
  if (name === undefined || !definition) throw notFound(path, `a function with the handler ${handler}`);
  if (definition['table'] !== 'readWrite')
    throw new Refusal(
      `${path}: functions.${name} needs \`table: readWrite\` for what is added. Write that first. Nothing was changed.`,
    );
  const listed = (definition[list] ?? []) as unknown[];
  if (!Array.isArray(listed)) throw notFound(path, `a list at functions.${name}.${list}`);
  if (listed.includes(item)) return text;
  if (definition[list] === undefined) document.setIn(['functions', name, list], document.createNode([item]));
  else document.addIn(['functions', name, list], item);
  return document.toString({ lineWidth: 0 });
}

/** Adds a dependency of the service, at the version that the contracts have. */
export function addDependency(text: string, name: string, version: string): string {
  const content = JSON.parse(text) as { dependencies?: Record<string, string> };
  if (content.dependencies?.[name] !== undefined) return text;
  const all = Object.entries({ ...content.dependencies, [name]: version });
  content.dependencies = Object.fromEntries(all.sort(([one], [other]) => (one < other ? -1 : 1)));
  return `${JSON.stringify(content, null, 2)}\n`;
}

const notFound = (path: string, what: string) =>
  new Refusal(`${path} has changed its form: ${what} is not found. Nothing was changed.`);
