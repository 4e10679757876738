import type { Addition } from './add/plan.ts';
import type { Done, Edits } from './apply.ts';
import { contractsFolder, serviceFolder } from './folders.ts';
import { type Names, plural } from './names.ts';

const NAME_WIDTH = 42;
export const row = (what: string, note = '') => `  ${what.padEnd(NAME_WIDTH)} ${note}`.trimEnd();

/** What was made, and what to type next. */
export function reportMade(
  names: Names,
  { made, changed }: Edits,
  done: Done,
  guide: string | undefined,
  running: number | undefined,
): string {
  const { service, aggregate } = names;
  const things = plural(aggregate);
  const count = (folder: string) => [...made.keys()].filter((path) => path.startsWith(`${folder}/`)).length;
  const folders = [serviceFolder(service), contractsFolder(service)];
  const url = `localhost:4000/${service}/local/v1/${things}/A-1001`;
  const body = `'{"label": "Spring campaign", "amount": {"amount": 2580, "currency": "EUR"}}'`;
  return `The service ${service} keeps ${things.replaceAll('-', ' ')}.

Made:
${folders.map((folder) => row(folder, `${count(folder)} files`)).join('\n')}
${changes(changed, done)}
Next:
  ${running === undefined ? `npm start -- --services ${service}` : `End the local cloud that runs (Ctrl-C; process ${running}), and start it again: npm start`}
  TOKEN=$(npm run --silent token -- --as operator)
  curl -H "authorization: Bearer $TOKEN" -X PUT ${url} -H 'content-type: application/json' -d ${body}
  curl -H "authorization: Bearer $TOKEN" 'localhost:4000/journal/local/v1/events?subject=A-1001'
Then read ${guide === undefined ? '' : `${guide}, which shows how to make it yours, and `}services/${service}/README.md.
`;
}

/** What was added to a service, and what to type next. */
export const reportAdded = (
  service: string,
  { kind }: Addition,
  name: string,
  { made, changed }: Edits,
  done: Done,
): string => `The service ${service} ${{ endpoint: 'answers', event: 'has the event', consumes: 'consumes' }[kind]} ${name}.

Made:
${[...made.keys()].map((path) => row(path)).join('\n')}
${changes(changed, done)}
Next:
  npm test -- --unit services/${service}
${hintFor(kind, service)}
Describe it in services/${service}/README.md.
`;

const hintFor = (kind: Addition['kind'], service: string) =>
  ({
    endpoint: `Then change what is recorded, in the contract first: packages/contracts/src/contracts/${service}.`,
    event:
      'Then publish it where it happens: give its function in src/domain to the use case that changes what is kept.',
    consumes: 'Then name only the fields that you use, in the handler and in the copy.',
  })[kind];

/** What was removed, and what of the service is still somewhere else. */
export const reportRemoved = (
  service: string,
  { changed, removed }: Edits,
  done: Done,
): string => `The service ${service} is removed.

Removed:
${removed.map((folder) => row(folder)).join('\n')}
${changes(changed, done)}
Its local data stays in .local until npm run reset. If it is deployed, bring it back with git first, and remove it there:
  npm run remove -- --services ${service} --stage STAGE --yes
Next:
  npm test
`;

/** A line for each file that is another now; nothing where none is. */
export function changes(changed: Edits['changed'], { generated, lock }: Done): string {
  const rows = [
    ...[...changed.keys()].map((path) => row(path)),
    ...(lock ? [row('package-lock.json')] : []),
    ...(generated.length === 0 ? [] : [row('packages/contracts/generated', filesOf(generated.length))]),
  ];
  return rows.length === 0 ? '' : `Changed:\n${rows.join('\n')}\n`;
}

const filesOf = (count: number) => (count === 1 ? '1 file' : `${count} files`);

/**
 * What would be done, for --dry-run.
 * @param lost why it would be refused without --force
 */
export function reportPlan({ made, changed, removed }: Edits, lost?: string): string {
  const part = (title: string, paths: readonly string[]) =>
    paths.length === 0 ? [] : [`${title}:`, ...paths.map((path) => row(path))];
  const regenerated = ['package-lock.json', 'packages/contracts/generated'];
  return `${[
    ...part('Would make', [...made.keys()]),
    ...part('Would remove', removed),
    ...part('Would change', [...changed.keys(), ...regenerated]),
  ].join(
    '\n',
  )}\n\nNothing was changed. ${lost === undefined ? 'Without --dry-run it is done.' : `Without --dry-run it is done only with --force. ${lost}`}\n`;
}
