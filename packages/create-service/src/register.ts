import { parseDocument } from 'yaml';
import { camelCase } from './names.ts';
import { Refusal } from './refusal.ts';

/** Adds a service's contracts to packages/contracts/src/contracts/all-contracts.ts: imported by name, and listed. */
export function addToContracts(text: string, service: string): string {
  const name = camelCase(service);
  if (new RegExp(`\\b${name}\\b`).test(text)) {
    throw new Refusal(
      `"${name}" is a word of packages/contracts/src/contracts/all-contracts.ts already: choose another name.`,
    );
  }
  const path = `./${service}/index.ts`;
  const lines = text.split('\n');
  const imported = lines.map((line) => /^import .* from '(\..*)';$/.exec(line)?.[1]);
  const last = imported.findLastIndex((it) => it !== undefined);
  const next = imported.findIndex((it) => it !== undefined && it > path);
  const list = /(?<=\bdeclared = \[)[^\]]*(?=\])/;
  if (last === -1 || !list.test(text))
    throw unexpected('packages/contracts/src/contracts/all-contracts.ts', 'the list `declared`');
  lines.splice(next === -1 ? last + 1 : next, 0, `import * as ${name} from '${path}';`);
  return lines.join('\n').replace(list, (names) => {
    const all = [...names.split(','), name].map((it) => it.trim()).filter((it) => it !== '');
    return all.sort().join(', ');
  });
}

/** Exports a service's contracts as `@dure/contracts/<service>`. */
export function addToExports(text: string, service: string): string {
  const content = JSON.parse(text) as { exports?: Record<string, string> };
  if (content.exports === undefined) throw unexpected('packages/contracts/package.json', '`exports`');
  const added = { ...content.exports, [`./${service}`]: `./src/contracts/${service}/index.ts` };
  content.exports = Object.fromEntries(Object.entries(added).sort(([one], [other]) => (one < other ? -1 : 1)));
  return `${JSON.stringify(content, null, 2)}\n`;
}

/** Adds a service to serverless-compose.yml. The journal owns the bus that it publishes to. */
export function addToCompose(text: string, service: string): string {
  const document = parseDocument(text);
  if (!document.hasIn(['services', 'journal'])) throw unexpected('serverless-compose.yml', 'the service `journal`');
  document.setIn(['services', service], document.createNode({ path: `services/${service}`, dependsOn: 'journal' }));
  return document.toString({ lineWidth: 0 });
}

/** Adds a row to the table of services in the README at the root. */
export const addToReadme = (text: string, service: string, things: string): string =>
  withRow(text, 'README.md', ['service', 'does'], [linkTo(service), things]);

/** The same in its Korean translation. */
export const addToKoreanReadme = (text: string, service: string, things: string): string =>
  withRow(text, 'README.ko.md', ['서비스', '역할'], [linkTo(service), `${things} 항목을 보관합니다`]);

/** Adds a row for a mock, which does what its contracts are called. */
export const addMockToReadme = (text: string, service: string, title: string): string =>
  withRow(text, 'README.md', ['service', 'does'], [linkTo(service), `${title} (a mock)`]);

/** The same in its Korean translation. */
export const addMockToKoreanReadme = (text: string, service: string, title: string): string =>
  withRow(text, 'README.ko.md', ['서비스', '역할'], [linkTo(service), `${title} (모의 서비스)`]);

const linkTo = (service: string) => `[${service}](services/${service}/README.md)`;

/** Adds a row at the end of the table with these heads. */
function withRow(text: string, path: string, heads: readonly string[], row: readonly string[]): string {
  const lines = text.split('\n');
  const head = lines.findIndex((line) => line.replaceAll(/ +/g, ' ') === cells(heads));
  const rows = lines.slice(head).findIndex((line) => !line.startsWith('|'));
  if (head === -1 || rows === -1) throw unexpected(path, `the table \`${cells(heads)}\``);
  return lines.toSpliced(head + rows, 0, cells(row)).join('\n');
}

const cells = (row: readonly string[]) => `| ${row.join(' | ')} |`;

const unexpected = (path: string, what: string) =>
  new Refusal(`${path} has changed its form: ${what} is not found. Nothing was changed.`);
