import { reply } from '@dure/contracts/binding/http';
import { type Contract, type ContractSummary, tagOf } from '../application/contracts.ts';
import type { Deprecation } from '../domain/deprecation.ts';
import { contractPath, link, releasePath } from './reply.ts';

export interface Named {
  readonly owner: string;
  readonly name: string;
  readonly major: string;
}

export const keyOf = ({ owner, name, major }: Named): string => `${owner}/${name}@${major}`;

export const termsOf = ({ since, sunset, successor }: Deprecation) => ({
  since,
  ...(sunset !== undefined && { sunset }),
  ...(successor !== undefined && { successor }),
});

export const summaryView = ({ contract, kind, deprecation }: ContractSummary) => ({
  ...{ contract, kind },
  ...(deprecation && { deprecated: termsOf(deprecation) }),
  _links: { self: link(contractPath(contract)) },
});

export const contractView = ({ contract, kind, label, schema, deprecation }: Contract) => ({
  ...{ contract, kind, label, schema },
  ...(deprecation && {
    deprecated: { ...termsOf(deprecation), acknowledgements: [...deprecation.acknowledgements] },
  }),
  _links: {
    self: link(contractPath(contract)),
    consumers: link(`${contractPath(contract)}/consumers`),
    schema: link(`/v1/schemas/${schema}`),
    release: link(releasePath(contract.split('/')[0] ?? '', label)),
    ...(deprecation?.successor !== undefined && { 'successor-version': link(contractPath(deprecation.successor)) }),
  },
});

export const shown = (contract: Contract) => reply(200, contractView(contract), { etag: tagOf(contract) });
