import type { EndpointContract } from '@dure/contracts/contract';
import { contractsFolder, serviceFolder } from '../folders.ts';
import { camelCase, kebabCase, pascalCase, plural } from '../names.ts';
import { Refusal } from '../refusal.ts';
import { endpointFiles } from './endpoint-files.ts';
import { addDependency, addExport, addStore, addToFunction, addToList } from './insert.ts';
import { type NewEndpoint, parseEndpoint } from './route.ts';
import { allContracts, type Plan, textOf } from './workspace.ts';

/**
 * Adds an endpoint of a resource, which the service keeps as it is sent.
 * @param route such as `POST /v1/coupons`
 */
export async function planEndpoint(root: string, service: string, route: string): Promise<Plan> {
  const endpoint = parseEndpoint(route);
  const { name, resource } = endpoint;
  const declared = (await allContracts(root)).filter(
    (it): it is EndpointContract => it.owner === service && it.kind === 'endpoint',
  );
  const file = kebabCase(name);
  const contract = `${contractsFolder(service)}/${file}.ts`;
  refuseTaken(declared, endpoint, textOf(root, contract) !== '');
  refuseOtherResource(root, service, endpoint);
  const handler = `${camelCase(file)}Handler`;
  const [things, Things] = [camelCase(plural(resource.name)), pascalCase(plural(resource.name))];
  const own = serviceFolder(service);
  const [index, composition, yaml] = [`${own}/src/http/index.ts`, `${own}/src/composition.ts`, `${own}/serverless.yml`];
  return {
    name,
    files: endpointFiles(service, endpoint),
    changes: [
      [`${contractsFolder(service)}/index.ts`, (text) => addExport(text, `${file}.ts`)],
      [
        composition,
        (text) => addStore(text, composition, things, `create${Things}`, `./store/${plural(resource.name)}.ts`),
      ],
      [index, (text) => addToList(text, index, /\bapi\(\{[^}]*\}, /, handler, `./${file}.handler.ts`)],
      [yaml, (text) => addToFunction(text, yaml, 'src/http/index.handler', 'endpoints', name)],
      ...(endpoint.kind === 'create'
        ? [[`${own}/package.json`, (text: string) => addDependency(text, 'uuid', versionOfUuid(root))] as const]
        : []),
    ],
  };
}

function versionOfUuid(root: string): string {
  const text = textOf(root, 'packages/contracts/package.json');
  return (JSON.parse(text) as { dependencies: { uuid: string } }).dependencies.uuid;
}

/** @param isMade whether this command made one of that name before */
function refuseTaken(
  declared: readonly EndpointContract[],
  { name, method, path }: NewEndpoint,
  isMade: boolean,
): void {
  for (const it of declared) {
    const isSame = it.method === method && it.fullPath === `/v1${path}`;
    if (isSame && !(isMade && it.name === name))
      throw new Refusal(`${it.name} answers ${method} /v1${path} already. Nothing was changed.`);
    if (!isSame && it.name === name)
      throw new Refusal(`${name} is ${it.method} ${it.fullPath} already: choose another path. Nothing was changed.`);
    const other = differentParameter(it.fullPath.split('/'), `/v1${path}`.split('/'));
    if (other !== undefined)
      throw new Refusal(
        `${it.name} calls the parameter in its place {${other}}, and API Gateway takes one name for it: ` +
          `${it.method} ${it.fullPath}. Nothing was changed.`,
      );
  }
}

/** The name of the first parameter that stands where the other path, equal until there, has another one. */
function differentParameter(there: readonly string[], added: readonly string[]): string | undefined {
  const at = there.findIndex((part, index) => part !== added[index]);
  const [one, other] = [there[at], added[at]];
  return one?.startsWith('{') && other?.startsWith('{') ? one.slice(1, -1) : undefined;
}

/** A file of that name may be the service's own aggregate, or the resource of another path. */
function refuseOtherResource(root: string, service: string, { resource, method }: NewEndpoint): void {
  const path = `${contractsFolder(service)}/${resource.name}.ts`;
  const text = textOf(root, path);
  if (text === '') return;
  const declared = new RegExp(`\\bexport const ${camelCase(resource.name)}Path = \\{([^}]*)`);
  const [, params] = declared.exec(text) ?? [];
  const things = plural(resource.name).replaceAll('-', ' ');
  if (params === undefined)
    throw new Refusal(
      `${things} are what ${service} keeps by its own rules: ${path}. Write ${method} beside its endpoints, as ` +
        `${contractsFolder(service)}/endpoints.ts shows, or choose another path. Nothing was changed.`,
    );
  const names = params.split(',').flatMap((it) => it.trim().split(':')[0] || []);
  const wanted = [...resource.parents, resource.id];
  if (names.join() !== wanted.join())
    throw new Refusal(
      `${things} are known by ${names.join(', ')} (${path}), and this path has ${wanted.join(', ')}: use the same. Nothing was changed.`,
    );
}
