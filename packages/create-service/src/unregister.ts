import { parseDocument } from 'yaml';
import { camelCase } from './names.ts';

/** Takes services' contracts out of packages/contracts/src/contracts/all-contracts.ts. */
export function withoutContracts(text: string, services: readonly string[]): string {
  const names = services.map(camelCase);
  const lines = text.split('\n').filter((line) => !services.some((it) => line.endsWith(` from './${it}/index.ts';`)));
  return lines.join('\n').replace(/(?<=\bdeclared = \[)[^\]]*(?=\])/, (list) =>
    list
      .split(',')
      .map((name) => name.trim())
      .filter((name) => name !== '' && !names.includes(name))
      .join(', '),
  );
}

/** Takes services' contracts out of what packages/contracts/package.json exports. */
export function withoutExports(text: string, services: readonly string[]): string {
  const content = JSON.parse(text) as { exports: Record<string, unknown> };
  for (const service of services) delete content.exports[`./${service}`];
  return `${JSON.stringify(content, null, 2)}\n`;
}

/** Takes services out of serverless-compose.yml. */
export function withoutServices(text: string, services: readonly string[]): string {
  const document = parseDocument(text);
  for (const service of services) document.deleteIn(['services', service]);
  return document.toString({ lineWidth: 0 });
}

/** Takes the row of a service out of the table of services in a README. */
export const withoutRow = (text: string, service: string): string =>
  text
    .split('\n')
    .filter((line) => !(line.startsWith('| [') && line.includes(`](services/${service}/README.md)`)))
    .join('\n');
