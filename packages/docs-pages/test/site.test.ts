import { describe, expect, it } from '@jest/globals';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { dereferenced } from '../src/dereference.ts';
import { readDocuments } from '../src/documents.ts';
import { fieldsOf } from '../src/fields.ts';
import { html } from '../src/html.ts';
import { operationAnchor } from '../src/operations.ts';
import { makeSite, relative, type Site } from '../src/site.ts';

const documents = readDocuments(fileURLToPath(new URL('../../contracts/generated', import.meta.url)));
const names = [
  'bus.mjs',
  'service.mjs',
  'live.mjs',
  'swagger-ui.js',
  'page.css',
  'swagger-ui.css',
  'asyncapi.css',
  'icon.svg',
];
const assets = Object.fromEntries(names.map((name) => [name, Buffer.from(name)]));
const site = makeSite(documents, assets);
const pages = [...site].filter(([, files]) => files['en'] !== undefined);

const textOf = (from: Site, address: string, language: string): string => String(from.get(address)?.[language]?.body);

describe('the site', () => {
  it('has a page per service and problem, in both languages', () => {
    const addresses = pages.map(([address]) => address);
    expect(addresses).toEqual(
      expect.arrayContaining([
        ...Object.keys(documents.openapi).map((owner) => `/docs/services/${owner}`),
        ...documents.problems.map(({ code }) => `/docs/problems/${code}`),
      ]),
    );
    for (const [address] of pages) {
      expect(textOf(site, address, 'en')).toContain('<html lang="en">');
      expect(textOf(site, address, 'ko')).toContain('<html lang="ko">');
    }
  });

  it('has no link that leads nowhere, whatever stands before it', () => {
    const broken = pages.flatMap(([address]) =>
      [...textOf(site, address, 'en').matchAll(/(?:href|src|data-document)="([^"#]+)[^"]*"/g)]
        .map(([, link = '']) => new URL(link, `https://example.com/any/stage${address}`))
        .map(({ pathname }) => pathname.replace('/any/stage', ''))
        .filter((target) => !site.has(target) && target !== '/.well-known/api-catalog')
        .map((target) => `${address} → ${target}`),
    );
    expect(broken).toEqual([]);
  });

  it('has no script and no style in a page', () => {
    for (const [address] of pages) {
      expect(textOf(site, address, 'en')).not.toMatch(/<script(?![^>]* src=)|<style|\sstyle=|\son\w+=/);
    }
  });

  it('says who answers a problem, and leads there', () => {
    const [operation = ''] = documents.problems.find(({ operations }) => operations.length > 0)!.operations;
    const problem = documents.problems.find(({ operations }) => operations.includes(operation))!;
    const anchor = operationAnchor(documents.openapi, operation)!;
    expect(textOf(site, `/docs/problems/${problem.code}`, 'ko')).toContain(`href="../services/${anchor}"`);
  });

  it('gives an asset another address when its content changes', () => {
    const changed = makeSite(documents, { ...assets, 'page.css': Buffer.from('changed') });
    const addressOf = (from: Site): string | undefined => [...from.keys()].find((it) => it.includes('/page.'));
    expect(addressOf(changed)).not.toBe(addressOf(site));
  });

  it('shows text of a contract as text', () => {
    const [owner] = Object.keys(documents.openapi);
    const code = '<script>alert(1)</script>';
    const given = { type: 'urn:x', code: 'x', status: 400, title: code, operations: [`${owner}/${code}.v1`] };
    const text = textOf(makeSite({ ...documents, problems: [given] }, assets), '/docs/problems/x', 'en');
    expect(text).not.toContain(code);
    expect(text).toContain('&lt;script&gt;');
  });
});

it('escapes any text so that only it is shown', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      const shown = html`${text}`.text;
      expect(shown).not.toMatch(/[<>"']/);
      const back = { '&lt;': '<', '&gt;': '>', '&quot;': '"', '&#39;': "'", '&amp;': '&' };
      expect(shown.replace(/&(?:lt|gt|quot|#39|amp);/g, (entity) => back[entity as '&lt;'])).toBe(text);
    }),
  );
});

it('finds the way between any two addresses', () => {
  const address = fc
    .array(fc.constantFrom('docs', 'a', 'b', 'c'), { minLength: 1, maxLength: 4 })
    .map((parts) => `/${parts.join('/')}`);
  fc.assert(
    fc.property(address, address, (from, to) => {
      expect(new URL(relative(from, to), `https://example.com/x${from}`).pathname).toBe(`/x${to}`);
    }),
  );
});

describe('fields', () => {
  it('follows references and arrays, and says what is required', () => {
    const schema = {
      ...{ type: 'object', required: ['lines'], $defs: { Sku: { type: 'string', description: 'A product' } } },
      properties: {
        lines: { type: 'array', items: { type: 'object', properties: { sku: { $ref: '#/$defs/Sku' } } } },
        state: { enum: ['a', 'b'] },
      },
    };
    expect(fieldsOf(schema)).toEqual([
      { path: 'lines', type: 'object[]', required: true, description: '' },
      { path: 'lines.sku', type: 'string', required: false, description: 'A product' },
      { path: 'state', type: '"a" | "b"', required: false, description: '' },
    ]);
  });
});

describe('the AsyncAPI document without references', () => {
  it('has none left, and names its parts', () => {
    const document = dereferenced(documents.asyncapi);
    expect(JSON.stringify(document)).not.toContain('"$ref"');
    const operations = Object.values(document['operations'] as Record<string, { channel: Record<string, unknown> }>);
    expect(operations.every(({ channel }) => typeof channel['x-parser-unique-object-id'] === 'string')).toBe(true);
  });

  it('is refused where a reference leads nowhere or to itself', () => {
    const schemas = { A: { properties: { a: { $ref: '#/components/schemas/A' } } } };
    expect(() => dereferenced({ components: { schemas } })).toThrow('#/components/schemas/A refers to itself.');
    expect(() => dereferenced({ info: { $ref: '#/none' } })).toThrow('#/none leads nowhere.');
  });
});
