import { kebabCase, pascalCase } from '../names.ts';
import { titleOf } from './answers.ts';
import type { Converted } from './endpoints.ts';
import { type Expression, print } from './expression.ts';
import { type Endpoint, objectOf } from './operation.ts';

/** The name under which an endpoint is exported. */
export const exportOf = ({ name, address: { version } }: Pick<Endpoint, 'name' | 'address'>): string =>
  version === 1 ? name : `${name}V${version}`;

/** The sources of a service's contracts by file name, one contract or schema per file, not formatted yet. */
export function printContracts(service: string, { endpoints, components }: Converted): Map<string, string> {
  const names = namesOf(components, endpoints);
  const fileOf = fileNames();
  const files = new Map<string, string>();
  const exported: string[] = [];
  for (const endpoint of endpoints) {
    const file = fileOf(exportOf(endpoint));
    exported.push(`export * from './${file}';\n`);
    files.set(
      file,
      source((nameOf) => printEndpoint(service, endpoint, nameOf)),
    );
  }
  for (const [ref, schema] of components) {
    const name = names.get(ref)!;
    if (!files.has(fileOf(name)))
      files.set(
        fileOf(name),
        source((nameOf) => `export const ${name} = ${print(schema, nameOf)};\n`),
      );
  }
  return files.set('index.ts', exported.sort().join(''));

  /** A text with what it imports. */
  function source(write: (nameOf: (ref: string) => string) => string): string {
    const used = new Set<string>();
    const text = write((ref) => {
      const name = names.get(ref)!;
      used.add(name);
      return name;
    });
    const marks = ['personal', 'secret'].filter((name) => text.includes(`${name}(`));
    const imports = [
      ...(/\bz\./.test(text) ? ["import * as z from 'zod/mini';"] : []),
      ...(text.includes(' endpoint(') ? ["import { endpoint } from '../contract.ts';"] : []),
      ...(marks.length === 0 ? [] : [`import { ${marks.join(', ')} } from '../marks.ts';`]),
      ...(text.includes('strict(') ? ["import { strict } from '../values.ts';"] : []),
      ...[...used].sort().map((name) => `import { ${name} } from './${fileOf(name)}';`),
    ];
    return `${imports.join('\n')}\n\n${text}`;
  }
}

/** `AddPetV3` → `add-pet-v3.ts`, the same each time, and no two the same. */
function fileNames(): (name: string) => string {
  const files = new Map<string, string>();
  return (name) => {
    const known = files.get(name);
    if (known !== undefined) return known;
    const base = kebabCase(name);
    let file = `${base}.ts`;
    for (let count = 2; file === 'index.ts' || [...files.values()].includes(file); count += 1)
      file = `${base}-${count}.ts`;
    files.set(name, file);
    return file;
  };
}

/** One name for a component, or two where what is sent of it differs from what is answered. */
function namesOf(components: ReadonlyMap<string, Expression>, endpoints: readonly Endpoint[]): Map<string, string> {
  const taken = new Set(endpoints.map(exportOf));
  const names = new Map<string, string>();
  for (const key of components.keys()) {
    const [direction = '', ref = ''] = key.split(/ (.*)/s);
    const twin = direction === 'input' ? `output ${ref}` : `input ${ref}`;
    const same = names.get(twin);
    if (same !== undefined && isSame(components, key, twin)) {
      names.set(key, same);
      continue;
    }
    const words = decodeURIComponent(ref.split('/').at(-1) ?? '')
      .replaceAll(/[^A-Za-z0-9]+/g, '-')
      .replaceAll(/^-+|-+$/g, '');
    const base = `${pascalCase(words).replace(/^(?=\d)/, 'Schema')}${same === undefined ? '' : direction === 'input' ? 'Input' : 'View'}`;
    let name = base;
    for (let count = 2; taken.has(name); count += 1) name = count === 2 ? `${base}Data` : `${base}Data${count}`;
    taken.add(name);
    names.set(key, name);
  }
  return names;
}

function isSame(components: ReadonlyMap<string, Expression>, one: string, other: string): boolean {
  const written = (key: string): string =>
    print(components.get(key)!, (ref) => {
      const [direction = '', name = ''] = ref.split(/ (.*)/s);
      const twin = `${direction === 'input' ? 'output' : 'input'} ${name}`;
      return components.has(twin) && !isSame(components, ref, twin) ? ref : name;
    });
  return written(one) === written(other);
}

function printEndpoint(service: string, endpoint: Endpoint, nameOf: (ref: string) => string): string {
  const { name, method, address, summary, params, query, body, idempotencyKey, ifMatch, answers, problems, example } =
    endpoint;
  const schema = (given: Expression): string => print(given, nameOf);
  const responses = answers.map(({ status, description, body: answer, headers }) => {
    const parts = [
      `description: ${JSON.stringify(titleOf(description) || description)}`,
      ...(answer === undefined ? [] : [`body: ${schema(answer)}`]),
      ...(headers.length === 0 ? [] : [`headers: ${JSON.stringify(headers)}`]),
    ];
    return `${status}: { ${parts.join(', ')} }`;
  });
  const members = [
    `name: ${JSON.stringify(name)}`,
    `method: ${JSON.stringify(method)}`,
    `path: ${JSON.stringify(address.path)}`,
    `version: ${address.version}`,
    `summary: ${JSON.stringify(summary)}`,
    // Whom another system lets in is not known here: staff, until the new owner says more.
    `access: { any: ${method === 'GET' ? "'services:read'" : "'services:write'"} }`,
    ...(params.length === 0 ? [] : [`params: ${schema(objectOf(params))}`]),
    ...(query.length === 0 ? [] : [`query: ${schema(objectOf(query))}`]),
    ...(body === undefined ? [] : [`body: ${schema(body)}`]),
    ...(idempotencyKey === undefined ? [] : [`idempotencyKey: ${JSON.stringify(idempotencyKey)}`]),
    ...(ifMatch === undefined ? [] : [`ifMatch: ${JSON.stringify(ifMatch)}`]),
    `responses: { ${responses.join(', ')} }`,
    ...(Object.keys(problems).length === 0 ? [] : [`problems: ${JSON.stringify(problems)}`]),
    `example: ${JSON.stringify(example)}`,
  ];
  return `export const ${exportOf(endpoint)} = endpoint(${JSON.stringify(service)}, {\n${members.join(',\n')},\n});\n`;
}
