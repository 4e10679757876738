import { describe, expect, it } from '@jest/globals';
import { withoutContracts, withoutExports, withoutServices } from '@dure/create-service/unregister';
import { withoutLinks } from '../src/links.ts';
import { withoutMarked } from '../src/marked.ts';
import { withoutPackages } from '../src/registers.ts';

describe('marked parts', () => {
  it.each([
    ['Markdown', 'a\n\n<!-- shop -->\n\nb\n\n<!-- /shop -->\n\nc\n', 'a\n\nc\n'],
    ['YAML', 'a:\n  # shop\n  b: 1\n  # /shop\n  c: 2\n', 'a:\n  c: 2\n'],
    ['TypeScript', 'a();\n// shop\nb();\n// /shop\nc();\n', 'a();\nc();\n'],
    ['two of them', '# shop\na\n# /shop\nb\n# shop\nc\n# /shop\n', 'b\n'],
    ['none', '# shops\nnot // shop\n', '# shops\nnot // shop\n'],
  ])('of %s go', (_, text, kept) => {
    expect(withoutMarked(text)).toBe(kept);
  });

  it.each([
    ['a\n# shop\nb\n', 'line 2: the mark has no end.'],
    ['a\n# /shop\n', 'line 2: this mark ends nothing.'],
    ['# shop\n# shop\n# /shop\n', 'line 2: the mark of line 1 has no end.'],
  ])('without an end are refused: %j', (text, reason) => {
    expect(() => withoutMarked(text)).toThrow(reason);
  });
});

describe('links', () => {
  const gone = (path: string) => path.startsWith('services/orders') || path === 'docs/shop.md';
  const without = (text: string) => withoutLinks(text, 'docs/a.md', gone);

  it.each([
    ['[the shop](shop.md#prices) is', 'the shop is'],
    ['[`a`](../services/orders/a.ts), [b](b.md)', '`a`, [b](b.md)'],
    ['[x](https://example.com/docs/shop.md) ![y](shop.md)', '[x](https://example.com/docs/shop.md) ![y](shop.md)'],
    ['[here](#here)', '[here](#here)'],
  ])('to what goes become text: %s', (text, kept) => {
    expect(without(text)).toBe(kept);
  });

  it('are removed with their table row', () => {
    const rows = ['| service |', '| --- |', '| [orders](../services/orders/README.md) |', '| [b](../b.md) |'];
    expect(without(rows.join('\n'))).toBe('| service |\n| --- |\n| [b](../b.md) |');
  });
});

describe('registers', () => {
  it('lose contracts', () => {
    const text = "import * as a from './a/index.ts';\nimport * as giftCards from './gift-cards/index.ts';\n";
    const declared = 'const declared = [a, giftCards].flatMap(Object.values);\n';
    expect(withoutContracts(`${text}\n${declared}`, ['gift-cards'])).toBe(
      "import * as a from './a/index.ts';\n\nconst declared = [a].flatMap(Object.values);\n",
    );
    expect(JSON.parse(withoutExports('{"exports":{"./a":"1","./gift-cards":"2"}}', ['gift-cards']))).toEqual({
      exports: { './a': '1' },
    });
  });

  it('lose services, and keep their comments', () => {
    expect(withoutServices('# Why\nservices:\n  a: { path: a }\n  b: { path: b } # here\n', ['a'])).toBe(
      '# Why\nservices:\n  b: { path: b } # here\n',
    );
  });

  it('lose scripts, and dependencies on removed workspaces', () => {
    const text = JSON.stringify({
      scripts: { demo: '1', test: '2' },
      dependencies: { x: '1', y: '2' },
      devDependencies: { x: '1' },
    });
    expect(JSON.parse(withoutPackages(text, ['x'], ['demo']))).toEqual({
      scripts: { test: '2' },
      dependencies: { y: '2' },
    });
  });
});
