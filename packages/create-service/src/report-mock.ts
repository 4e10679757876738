import type { Done, Edits } from './apply.ts';
import { serviceFolder } from './folders.ts';
import type { Converted } from './openapi/endpoints.ts';
import { grouped } from './openapi/notes.ts';
import { changes, row } from './report.ts';

const SHOWN = 12;
const SHOWN_PLACES = 2;

/** What was made of a service that is a mock, and what to type next. */
export const reportMock = (
  service: string,
  { made, changed }: Edits,
  done: Done,
  converted?: Converted,
): string => `The service ${service} is a mock: it answers by the examples of its contracts.

Made:
${[...made.keys()].map((path) => row(path)).join('\n')}
${changes(changed, done)}${converted === undefined ? '' : noted(service, converted)}
Next:
  npm start -- --services ${service}
  curl localhost:4000/${service}/local/v1/version
Then read ${serviceFolder(service)}/README.md, which says how the service gets code of its own.
`;

/** What of a document is left out or changed; all of it is in the README. */
export function noted(service: string, { endpoints, notes }: Converted): string {
  const groups = grouped(notes.all);
  if (groups.length === 0) return '';
  const lines = groups.slice(0, SHOWN).map(([what, places]) => {
    const more = places.length > SHOWN_PLACES ? ` and ${places.length - SHOWN_PLACES} more` : '';
    return `  ${what}\n    ${places.slice(0, SHOWN_PLACES).join('\n    ')}${more}`;
  });
  const rest = groups.length > SHOWN ? `\n  … and ${groups.length - SHOWN} more` : '';
  return `
${endpoints.length} endpoints. Not as in the document (all of it: ${serviceFolder(service)}/README.md):
${lines.join('\n')}${rest}
`;
}
