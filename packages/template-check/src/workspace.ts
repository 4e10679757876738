import { existsSync, readdirSync, readFileSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod/mini';
import { contracts } from '@dure/contracts/all-contracts';
import { anchorsOf } from './anchors.ts';
import { arePackaged, archiveOf, packageService, readArchives } from './archives.ts';
import { functionNamesOf, resolveTemplate } from './resolve.ts';
import type { Resolved } from './resolve.ts';
import type { Endpoint, Facts, Wildcard } from './rule.ts';
import type { Spec } from './spec.ts';
import { ofType } from './template.ts';
import type { Template } from './template.ts';
import { textOf } from './references.ts';
import { collectsDeadLetters } from './collector.ts';

const AT_ONCE = 2;

export interface Service {
  readonly name: string;
  readonly folder: string;
  readonly functionNames: readonly string[];
}

/** A service's templates and archives for one stage. */
export interface Packaged extends Resolved {
  readonly service: Service;
  readonly stage: string;
}

/** The services of the workspace: every folder of `services/` with a serverless.yml. */
export function findServices(root: string): Promise<Service[]> {
  const parent = join(root, 'services');
  const names = readdirSync(parent).filter((name) => existsSync(join(parent, name, 'serverless.yml')));
  return Promise.all(
    names.map(async (name) => {
      const folder = realpathSync(join(parent, name));
      return { name, folder, functionNames: await functionNamesOf(folder) };
    }),
  );
}

/** Packages the services whose archives are missing or older than their sources. Returns their names. */
export async function packageStale(
  root: string,
  services: readonly Service[],
  tell: (line: string) => void,
  signal: AbortSignal,
): Promise<void> {
  const stale = services.filter(({ folder, functionNames }) => !arePackaged(root, folder, functionNames));
  if (stale.length === 0) return;
  tell(`Packaging ${stale.map(({ name }) => name).join(', ')}: not packaged since the sources changed`);
  const waiting = [...stale];
  const work = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      await packageService(next.folder, signal);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
}

/** The templates of services for a stage, one after the other, because each changes the process's working directory. */
export async function resolveStage(services: readonly Service[], stage: string): Promise<Packaged[]> {
  const packaged: Packaged[] = [];
  for (const service of services) {
    const resolved = await resolveTemplate(service.folder, stage, (name) => archiveOf(service.folder, name));
    packaged.push({ service, stage, ...resolved });
  }
  return packaged;
}

/** The facts for a service's template; `all` are the templates of its stage. */
export function factsFor(
  packaged: Packaged,
  all: readonly Packaged[],
  known: { readonly spec: Spec; readonly wildcards: readonly Wildcard[] },
): Facts {
  const { service, functionNames, canary } = packaged;
  const readme = readmeOf(service);
  return {
    ...known,
    canary,
    collected: all.some(({ template, stage }) => collectsDeadLetters(template, stage)),
    archives: readArchives(service.folder, functionNames),
    endpoints: endpointsOf(service.name),
    messages: contracts.filter((contract) => contract.kind !== 'endpoint'),
    runbook: anchorsOf(readme),
    published: new Set([
      ...all.flatMap(({ template }) => [...parametersOf(template), ...secretsOf(template)]),
      ...documentedParameters(readme, packaged),
    ]),
  };
}

function readmeOf({ folder }: Service): string {
  const path = join(folder, 'README.md');
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
}

function parametersOf(template: Template): string[] {
  return ofType(template, 'AWS::SSM::Parameter').map(({ properties }) => textOf(template, properties['Name']));
}

/** `secretsmanager:dure/dev/cursors` */
function secretsOf(template: Template): string[] {
  const secrets = ofType(template, 'AWS::SecretsManager::Secret');
  return secrets.map(({ properties }) => `secretsmanager:${textOf(template, properties['Name'])}`);
}

/** `/dure/{stage}/payments/provider-url` in a README: a parameter that a person sets. */
function documentedParameters(readme: string, { service, stage }: Packaged): string[] {
  const named = [...readme.matchAll(/\/dure\/\{stage\}\/[\w./-]+/g)].map(([name]) => name.replace('{stage}', stage));
  return named.filter((name) => name.startsWith(`/dure/${stage}/${service.name}/`));
}

function needsBody({ body }: { readonly body?: z.core.$ZodType }): boolean {
  return body !== undefined && !z.safeParse(body, undefined).success;
}

function endpointsOf(service: string): Endpoint[] {
  return contracts.flatMap((contract) =>
    contract.kind === 'endpoint' && contract.owner === service
      ? [
          {
            method: contract.method,
            path: contract.fullPath,
            needsBody: needsBody(contract),
            signed: contract.webhook !== undefined,
          },
        ]
      : [],
  );
}
