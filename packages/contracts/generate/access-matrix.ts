import { type Access, type Role, reachOf, roles, scopesOf } from '../src/contracts/access.ts';
import type { EndpointContract } from '../src/contracts/contract.ts';

/** A service’s identity has no scopes by its role, but by what it calls. */
const ROLES = (Object.keys(roles) as Role[]).filter((role) => role !== 'service');

/** Which role may call which endpoint, and with whose data: a page of Markdown with a table per service. */
export function accessMatrix(endpoints: readonly EndpointContract[]): string {
  const owners = [...Map.groupBy(endpoints, ({ owner }) => owner)].sort(([a], [b]) => (a < b ? -1 : 1));
  const services = [...new Set(endpoints.flatMap(({ callers = {} }) => Object.keys(callers)))].sort();
  const head = ['endpoint', 'scopes', ...ROLES, ...services];
  const rows = (own: readonly EndpointContract[]) => own.map((endpoint) => rowOf(endpoint, services)).sort(byEndpoint);
  const tables = owners.map(([owner, own]) => `## ${owner}\n\n${table([head, ...rows(own)])}`);
  return `${[INTRODUCTION, ...tables].join('\n\n')}\n`;
}

const INTRODUCTION = `# Who may call what

Made by \`npm run contracts\` from the \`access\` of each endpoint. \`any\`: with everybody's data. \`own\`: with what is the
caller's own; what is another's is refused, or answered as if it was not there. \`everybody\`: without a token. The last columns
are the services that call others: \`for its caller\`, who may do no more than without the service, or \`any\` in their own name.
No other service has an identity.`;

function rowOf(
  { method, fullPath, access, webhook, callers = {} }: EndpointContract,
  services: readonly string[],
): string[] {
  const scopes = webhook ? 'a signature' : scopesOf(access).map(code).join(' or ') || 'everybody';
  const cells = [
    ...ROLES.map((role) => cellOf(access, role)),
    ...services.map((service) => (access === 'public' ? 'any' : WAYS[callers[service] ?? 'not'])),
  ];
  return [code(`${method} ${fullPath}`), scopes, ...cells];
}

const WAYS = { 'as-itself': 'any', 'on-behalf': 'for its caller', not: '' } as const;

const code = (text: string): string => `\`${text}\``;

const cellOf = (access: Access, role: Role): string =>
  access === 'public' ? 'any' : (reachOf(access, roles[role]) ?? '');

const byEndpoint = ([a = '']: string[], [b = '']: string[]): number => (a < b ? -1 : 1);

/** Aligned as Prettier does it. */
function table(rows: readonly string[][]): string {
  const widths = rows[0]!.map((_, column) => Math.max(3, ...rows.map((row) => row[column]!.length)));
  const line = (row: readonly string[]) => `| ${row.map((cell, column) => cell.padEnd(widths[column]!)).join(' | ')} |`;
  const [head, ...others] = rows.map(line);
  return [head, line(widths.map((width) => '-'.repeat(width))), ...others].join('\n');
}
