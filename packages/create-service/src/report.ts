import { plural } from './names.ts';
import { contractsFolder, type Plan, serviceFolder } from './plan.ts';

const NAME_WIDTH = 42;

/** What was made and changed, and what to type next. */
export function report(
  { names, made, changed }: Plan,
  generated: readonly string[],
  guide: string | undefined,
): string {
  const { service, aggregate } = names;
  const things = plural(aggregate);
  const count = (folder: string) => [...made.keys()].filter((path) => path.startsWith(`${folder}/`)).length;
  const row = (what: string, note: string) => `  ${what.padEnd(NAME_WIDTH)} ${note}`.trimEnd();
  const url = `localhost:4000/${service}/local/v1/${things}/A-1001`;
  const body = `'{"label": "Spring campaign", "amount": {"amount": 2580, "currency": "EUR"}}'`;
  return `The service ${service} keeps ${things.replaceAll('-', ' ')}.

Made:
${[serviceFolder(names), contractsFolder(names)].map((folder) => row(folder, `${count(folder)} files`)).join('\n')}
Changed:
${[...changed.keys(), 'package-lock.json'].map((path) => row(path, '')).join('\n')}
${row('packages/contracts/generated', `${generated.length} files`)}

Next:
  npm start -- --only ${service}
  curl -X PUT ${url} -H 'content-type: application/json' -d ${body}
  curl 'localhost:4000/journal/local/v1/events?subject=A-1001'
Then read ${guide === undefined ? '' : `${guide}, which shows how to make it yours, and `}services/${service}/README.md.
`;
}
