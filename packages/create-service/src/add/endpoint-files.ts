import { kebabCase, plural } from '../names.ts';
import { called } from './called.ts';
import { applicationOf, domain, handler, store, view } from './endpoint-code.ts';
import { contract, values } from './endpoint-contract.ts';
import { test } from './endpoint-test.ts';
import type { NewEndpoint } from './route.ts';

/** What an endpoint is declared by, what it does, and its test. Content by path; a file that is there stays. */
export function endpointFiles(service: string, endpoint: NewEndpoint): Map<string, string> {
  const it = called(endpoint.resource);
  const file = kebabCase(endpoint.name);
  const contracts = `packages/contracts/src/contracts/${service}`;
  const own = `services/${service}`;
  const application = applicationOf(endpoint, it);
  return new Map([
    [`${contracts}/${it.kebab}.ts`, values(endpoint.resource, it)],
    [`${contracts}/${file}.ts`, contract(service, endpoint, it)],
    [`${own}/src/domain/${it.kebab}.ts`, domain(it)],
    [`${own}/src/store/${plural(it.kebab)}.ts`, store(it)],
    ...(application === undefined ? [] : ([[`${own}/src/application/${file}.ts`, application]] as const)),
    ...(endpoint.kind === 'delete'
      ? []
      : ([[`${own}/src/http/${it.kebab}-view.ts`, view(endpoint.resource, it)]] as const)),
    [`${own}/src/http/${file}.handler.ts`, handler(service, endpoint, it)],
    [`${own}/test/${file}.test.ts`, test(service, endpoint, it)],
  ]);
}
