import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { namesFor } from '../src/names.ts';
import { planService } from '../src/plan.ts';
import { addToContracts, addToCompose, addToKoreanReadme, addToReadme } from '../src/register.ts';
import { contentOf, smallWorkspace } from './small-workspace.ts';
import { REPOSITORY } from './workspace-copy.ts';

interface Manifest {
  readonly dependencies: Record<string, string>;
  readonly devDependencies: Record<string, string>;
}

const root = smallWorkspace();

describe('a plan', () => {
  it('writes nothing', async () => {
    const before = contentOf(root);
    await planService(root, namesFor('gift-cards'));
    expect(contentOf(root)).toEqual(before);
  });

  it('leaves no word of the templates', async () => {
    const { made } = await planService(root, namesFor('gift-cards'));
    const files = [...made].map(([path, text]) => `${path}\n${text}`);
    expect(files.filter((file) => /spare|depot/i.test(file))).toEqual([]);
  });

  it('puts the right article before a vowel', async () => {
    const { made } = await planService(root, namesFor('loyalty'));
    const texts = [...made.values()].join('\n');
    expect(texts).toContain('Records an entry');
    expect(texts).not.toMatch(/\b[Aa] entry\b/);
  });

  it('declares the packages that it imports, and no other', async () => {
    const { made } = await planService(root, namesFor('loyalty'));
    const imported = [...made].flatMap(([path, text]) =>
      path.startsWith('services/')
        ? [...text.matchAll(/ from '((?:@[^/']+\/)?[^/'.:]+)/g)].map(([, name]) => name)
        : [],
    );
    const { devDependencies: shared } = JSON.parse(readFileSync(join(REPOSITORY, 'package.json'), 'utf8')) as Manifest;
    const own = [...new Set(imported)].filter((name = '') => !(name in shared) && name !== 'node');
    const { dependencies, devDependencies } = JSON.parse(made.get('services/loyalty/package.json') ?? '') as Manifest;
    expect(Object.keys({ ...dependencies, ...devDependencies }).sort()).toEqual(own.sort());
  });

  it('takes the versions that the contracts have', async () => {
    const { made } = await planService(root, namesFor('loyalty'));
    const contracts = contentOf(root)[join('packages', 'contracts', 'package.json')] ?? '';
    const { dependencies } = JSON.parse(contracts) as Manifest;
    expect(JSON.parse(made.get('services/loyalty/package.json') ?? '')).toMatchObject({
      name: '@dure/loyalty',
      dependencies: { '@aws-sdk/lib-dynamodb': dependencies['@aws-sdk/lib-dynamodb'] },
    });
  });

  it.each([
    ['a package that is there', 'testing', undefined, 'There is packages/testing already'],
    ['a service that is there', 'journal', undefined, 'There is services/journal already'],
    ['contracts that are there', 'vouchers', undefined, 'There is packages/contracts/src/contracts/vouchers already'],
    [
      'a word of the list of contracts',
      'declared',
      undefined,
      '"declared" is a word of packages/contracts/src/contracts/all-contracts.ts',
    ],
    ['a type that is there', 'loyalty', 'store', '"Store" has another meaning in its code'],
    [
      'a file that is there',
      'loyalty',
      'endpoints',
      'Two files would be called packages/contracts/src/contracts/loyalty/endp',
    ],
  ])('refuses %s', async (_, service, aggregate, sentence) => {
    mkdirSync(join(root, 'packages', 'contracts', 'src', 'contracts', 'vouchers'), { recursive: true });
    await expect(async () => planService(root, namesFor(service, aggregate))).rejects.toThrow(sentence);
  });
});

describe('the list of all contracts', () => {
  const text = `import * as beans from './beans/index.ts';
import type { Contract } from './contract.ts';
import * as peas from './peas/index.ts';

const declared = [beans, peas].flatMap(Object.values);
`;

  it.each([
    ['apples', "import * as apples from './apples/index.ts';\nimport * as beans", '[apples, beans, peas]'],
    ['gift-cards', "import * as giftCards from './gift-cards/index.ts';\nimport * as peas", '[beans, giftCards, peas]'],
    ['plums', "'./peas/index.ts';\nimport * as plums from './plums/index.ts';\n\n", '[beans, peas, plums]'],
  ])('gets %s in its place', (service, imports, list) => {
    const after = addToContracts(text, service);
    expect(after).toContain(imports);
    expect(after).toContain(`const declared = ${list}.flatMap`);
  });

  it('is refused in a form that is not known', () => {
    expect(() => addToContracts('export const contracts = [];\n', 'plums')).toThrow('has changed its form');
  });
});

describe('serverless-compose.yml', () => {
  const text = '# Why\nservices:\n  journal:\n    path: services/journal # here\nstate: local\n';

  it('gets the service after the others, and keeps the rest', () => {
    expect(addToCompose(text, 'plums')).toBe(
      text.replace('state:', '  plums:\n    path: services/plums\n    dependsOn: journal\nstate:'),
    );
  });

  it('is refused without a journal', () => {
    expect(() => addToCompose('services: {}\n', 'plums')).toThrow('the service `journal` is not found');
  });
});

describe('the README', () => {
  it('gets a row at the end of the table of services', () => {
    const text = '| a | b |\n| service | does |\n| --- | --- |\n| [beans](x) | grow |\n\nMore\n| other | table |\n';
    expect(addToReadme(text, 'plums', 'plums')).toBe(
      text.replace('grow |\n', 'grow |\n| [plums](services/plums/README.md) | plums |\n'),
    );
  });

  it('gets it in Korean too', () => {
    const text = '| 서비스   | 역할 |\n| --- | --- |\n| [beans](x) | 콩 |\n';
    expect(addToKoreanReadme(text, 'plums', 'plums')).toBe(
      `${text}| [plums](services/plums/README.md) | plums 항목을 보관합니다 |\n`,
    );
  });

  it('is refused without that table', () => {
    expect(() => addToReadme('# Dure\n', 'plums', 'plums')).toThrow('README.md has changed its form');
  });
});
