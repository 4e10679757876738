import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { DECLARATION, readDeclaration } from '../../src/sandboxes/declaration.ts';

const folder = mkdtempSync(join(tmpdir(), 'dure-declaration-'));
afterAll(() => rmSync(folder, { recursive: true }));

const read = (text: string) => {
  writeFileSync(join(folder, DECLARATION), text);
  return readDeclaration('billing', folder);
};

describe('local-cloud.yml', () => {
  it('declares sandboxes and parameters', () => {
    const text = `
sandboxes:
  bank:
    module: ./sandbox/bank.ts
    urlParameter: bank-url
    webhook: { path: /v1/notices, secretParameter: bank-secret, registerAt: /webhook }
  post: { module: '@acme/post', urlParameter: post-url }
parameters:
  sender: billing@acme.example
  token: { random: true }
  bank-secret: { random: true, prefix: whsec_ }
`;
    expect(read(text)).toMatchObject({
      service: 'billing',
      sandboxes: [
        {
          ...{ name: 'bank', module: './sandbox/bank.ts', urlParameter: 'bank-url' },
          webhook: { path: '/v1/notices', secretParameter: 'bank-secret', registerAt: '/webhook' },
        },
        { name: 'post', module: '@acme/post', urlParameter: 'post-url' },
      ],
      parameters: {
        sender: 'billing@acme.example',
        token: { randomAfter: '' },
        'bank-secret': { randomAfter: 'whsec_' },
      },
    });
  });

  it('may be empty, or not be there', () => {
    expect(read('# nothing yet\n')).toMatchObject({ sandboxes: [], parameters: {} });
    rmSync(join(folder, DECLARATION));
    expect(readDeclaration('billing', folder)).toMatchObject({ sandboxes: [], parameters: {} });
  });

  it.each([
    ['sandbox: {}', 'The file has an unknown field "sandbox"; there are sandboxes, parameters.'],
    ['sandboxes: { bank: { urlParameter: url } }', 'sandboxes.bank.module has to be a string that is not empty.'],
    ['sandboxes: { bank: { module: m } }', 'sandboxes.bank.urlParameter has to be a string that is not empty.'],
    ['sandboxes: { bank: { modul: m } }', 'sandboxes.bank has an unknown field "modul"'],
    ['sandboxes: { The Bank: {} }', 'sandboxes.The Bank: a sandbox’s name has lower-case letters'],
    ['sandboxes: { bank: { module: m, urlParameter: u, webhook: {} } }', 'sandboxes.bank.webhook.path has to be'],
    ['parameters: { a: { random: 32 } }', 'parameters.a.random has to be one of true.'],
    ['parameters: { a: 5 }', 'parameters.a has to be a string'],
  ])('is refused with its name: %s', (text, reason) => {
    expect(() => read(text)).toThrow(`services/billing/local-cloud.yml: ${reason}`);
  });
});
