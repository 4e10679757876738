import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { selectServices } from '../../src/workspace/select-services.ts';
import { withMocks } from '../../src/workspace/mock-services.ts';
import { findServices } from '../../src/workspace/service.ts';

const root = realpathSync(mkdtempSync(join(tmpdir(), 'dure-select-')));
for (const name of ['catalog', 'journal', 'orders', 'payments']) {
  mkdirSync(join(root, 'services', name), { recursive: true });
  writeFileSync(join(root, 'services', name, 'serverless.yml'), `service: ${name}`);
}
mkdirSync(join(root, 'services', 'notes'));
writeFileSync(
  join(root, 'serverless-compose.yml'),
  `services:
  the-journal: { path: services/journal }
  catalog: { path: services/catalog, dependsOn: the-journal }
  orders: { path: services/orders, dependsOn: [catalog] }
  payments: { path: services/payments }
`,
);
afterAll(() => rmSync(root, { recursive: true, force: true }));

const selected = (only?: string[], mocks: string[] = []): string[] =>
  selectServices(root, withMocks(root, 'local', findServices(root, 'local'), mocks), only, mocks).map(
    ({ name }) => name,
  );

describe('the services to run', () => {
  it('are all folders with a serverless.yml', () => {
    expect(selected()).toEqual(['catalog', 'journal', 'orders', 'payments']);
  });

  it('are those named with what they depend on', () => {
    expect(selected(['orders'])).toEqual(['catalog', 'journal', 'orders']);
    expect(selected(['payments'])).toEqual(['payments']);
  });

  it('have the identity service beside them, where there is one', () => {
    const folder = join(root, 'services', 'identity');
    mkdirSync(folder);
    writeFileSync(join(folder, 'serverless.yml'), 'service: identity');
    try {
      expect(selected(['payments'])).toEqual(['identity', 'payments']);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('are mocks, whatever is named, without what the services depend on', () => {
    expect(selected(undefined, ['orders', 'ratings'])).toEqual(['catalog', 'journal', 'orders', 'payments', 'ratings']);
    expect(selected(['payments'], ['catalog'])).toEqual(['catalog', 'payments']);
    expect(selected(['orders'], ['catalog'])).toEqual(['catalog', 'orders']);
    const folders = withMocks(root, 'local', findServices(root, 'local'), ['catalog']).map(({ folder }) => folder);
    expect(folders).toEqual([
      join(root, '.local', 'mocks', 'catalog'),
      ...['journal', 'orders', 'payments'].map((name) => join(root, 'services', name)),
    ]);
    expect(readFileSync(join(folders[0]!, 'serverless.yml'), 'utf8')).toContain(
      'provider: ${file(../../../packages/serverless-plugin/provider.yml)}',
    );
    expect(() => selected(undefined, ['../orders'])).toThrow('--mock takes the names of services');
  });

  it('are refused by name when there is no such service', () => {
    expect(() => selected(['orders', 'shipping'])).toThrow(
      'There is no service "shipping". There are catalog, journal, orders, payments.',
    );
  });
});
