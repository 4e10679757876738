import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { SECTIONS } from '../../../src/workspace/serverless-yml/properties.ts';
import type { Section } from '../../../src/workspace/serverless-yml/section.ts';

export const PAGE = join(import.meta.dirname, '../../../../../docs/serverless-yml.md');

const TITLES: Readonly<Record<string, string>> = { '': 'The top', 'functions.*.events[]': 'Events that are refused' };

/** docs/serverless-yml.md, from the table. */
export async function supportPage(): Promise<string> {
  return format(text(), { ...(await resolveConfig(PAGE)), parser: 'markdown' });
}

const text = (): string => `# serverless.yml under \`npm start\`

<!-- Made by: node packages/local-cloud/test/workspace/serverless-yml/page.ts -->

\`npm start\` first checks each service's configuration by the Serverless Framework's own schema: a typo is refused in
the framework's words, with file and line. Then each property is carried out, has no effect on a laptop, or is refused
by its name, file and line. What is below a property without an effect, or below a refused one, is treated as that one
is. A refused property that is \`false\` or empty asks for nothing. A test walks the framework's schema and fails for a
property that is not on this page.

Events and resources are checked once more by what they become in CloudFormation: a type or property that is not
supported is refused by its name, and by its line where this file declares the resource. The [account](../packages/local-cloud/README.md#an-account-to-deploy-to) does that for
each template.
${SECTIONS.map(sectionText).join('')}`;

function sectionText(section: Section): string {
  const { of, done, noEffect = {}, refused = {} } = section;
  const title = TITLES[of] ?? `\`${of}\``;
  const carriedOut = namesIn(done).map(code).join(', ');
  return [
    `\n## ${title}\n`,
    carriedOut === '' ? '' : `\nCarried out: ${carriedOut}.\n`,
    table('no effect', 'because', noEffect),
    table('refused', 'because, and instead', refused),
  ].join('');
}

const namesIn = (names = ''): string[] => names.split(/\s+/).filter((name) => name !== '' && name !== '.');
const code = (name: string): string => `\`${name}\``;

function table(left: string, right: string, reasons: Readonly<Record<string, string>>): string {
  const rows = Object.entries(reasons).map(
    ([names, reason]) => `| ${namesIn(names).map(code).join(', ')} | ${reason} |\n`,
  );
  return rows.length === 0 ? '' : `\n| ${left} | ${right} |\n| --- | --- |\n${rows.join('')}`;
}

if (import.meta.main) writeFileSync(PAGE, await supportPage());
