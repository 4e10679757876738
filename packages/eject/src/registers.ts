import { camelCase } from '@dure/create-service/names';
import { parseDocument } from 'yaml';

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
  return editJson(text, (content) => {
    for (const service of services) delete (content['exports'] as Record<string, unknown>)[`./${service}`];
  });
}

/** Takes services out of serverless-compose.yml. */
export function withoutServices(text: string, services: readonly string[]): string {
  const document = parseDocument(text);
  for (const service of services) document.deleteIn(['services', service]);
  return document.toString({ lineWidth: 0 });
}

/** Takes scripts, and the dependencies on workspaces that go, out of a package.json. */
export function withoutPackages(text: string, packages: readonly string[], scripts: readonly string[]): string {
  return editJson(text, (content) => {
    for (const script of scripts) delete (content['scripts'] as Record<string, unknown> | undefined)?.[script];
    for (const kind of ['dependencies', 'devDependencies']) {
      const declared = content[kind] as Record<string, string> | undefined;
      for (const name of packages) delete declared?.[name];
      if (declared !== undefined && Object.keys(declared).length === 0) delete content[kind];
    }
  });
}

function editJson(text: string, edit: (content: Record<string, unknown>) => void): string {
  const content = JSON.parse(text) as Record<string, unknown>;
  edit(content);
  return `${JSON.stringify(content, null, 2)}\n`;
}
