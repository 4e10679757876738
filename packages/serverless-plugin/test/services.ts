import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { contracts } from '@dure/contracts/all-contracts';
import { parse } from 'yaml';
import { AUTHORIZER, authorizerFunction, guardedEndpoints } from '../src/authorizer.ts';
import { expandService } from '../src/expand.ts';
import type { Catalogue, DureConfig, FunctionConfig, Resources } from '../src/types.ts';
import type { Alarm } from './runbook.ts';

const ROOT = join(import.meta.dirname, '..', '..', '..');
const STAGE = 'test';

/** Folders of all services that have functions, and of the one that new services are made from. */
export const serviceFolders: readonly string[] = [
  ...readdirSync(join(ROOT, 'services'))
    .map((name) => join(ROOT, 'services', name))
    .filter((folder) => existsSync(join(folder, 'serverless.yml')))
    .filter((folder) => !/^functions: \{\}$/m.test(readFileSync(join(folder, 'serverless.yml'), 'utf8'))),
  join(ROOT, 'packages', 'create-service', 'templates', 'services', 'depot'),
];

interface Configuration {
  readonly service: string;
  readonly custom?: { readonly dure?: DureConfig };
  readonly functions: Readonly<Record<string, FunctionConfig>>;
  readonly resources?: { readonly Resources?: Resources };
}

export const readmeOf = (folder: string): string => readFileSync(join(folder, 'README.md'), 'utf8');

/** The alarms that the plugin makes of a service's serverless.yml. */
export function alarmsOf(folder: string): Alarm[] {
  const text = readFileSync(join(folder, 'serverless.yml'), 'utf8').replaceAll('${sls:stage}', STAGE);
  const { service, custom, functions, resources } = parse(text, { logLevel: 'error' }) as Configuration;
  const catalogue = [...(contracts as Catalogue), ...unpublished(service, functions)];
  const guarded = guardedEndpoints(service, catalogue, functions).length > 0;
  const input = {
    service,
    stage: STAGE,
    timeout: 10,
    version: '1.0.0',
    commit: 'abc',
    docs: 'https://example.com/docs',
    functions: guarded ? { ...functions, [AUTHORIZER]: authorizerFunction(service, STAGE, functions) } : functions,
  };
  const expanded = expandService(
    { ...input, dure: custom?.dure ?? {}, resources: resources?.Resources ?? {} },
    catalogue,
  );
  const alarms = Object.values(expanded.resources).filter(({ Type }) => Type === 'AWS::CloudWatch::Alarm');
  return alarms.map(({ Properties: { AlarmName, AlarmDescription } }) => ({
    name: String(AlarmName).replace(`dure-${STAGE}-${service}-`, ''),
    anchor: String(AlarmDescription).split('README.md#')[1] ?? '',
  }));
}

/** The contracts of a service that is in the catalogue not yet: the one that new services are made from. */
function unpublished(service: string, functions: Configuration['functions']): Catalogue {
  if (contracts.some(({ owner }) => owner === service)) return [];
  const names = Object.values(functions).flatMap(({ endpoints = [] }) => endpoints);
  const endpoints = [...names, 'GetHealth', 'GetVersion'].map((name) => ({
    ...{ kind: 'endpoint' as const, owner: service },
    access: names.includes(name) ? { any: 'services:read' as const } : ('public' as const),
    ...{ name, version: 1, method: 'GET', fullPath: `/v1/${name}` },
  }));
  const consumed = Object.values(functions).flatMap(({ consumes = [] }) => consumes);
  const own = consumed.filter((it): it is string => typeof it === 'string' && !it.includes('/'));
  const events = ['It.v1', ...own].map((detailType) => {
    const [name = ''] = detailType.split('.');
    return { kind: 'event' as const, owner: service, senders: [service], name, major: 1, detailType };
  });
  return [...endpoints, ...events];
}
