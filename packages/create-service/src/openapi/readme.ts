import type { Converted } from './endpoints.ts';
import { grouped } from './notes.ts';
import { exportOf } from './print.ts';

/** The README of a service that is a mock, with what of a document could not be taken over. */
export function mockReadme(service: string, title: string, converted?: Converted): string {
  const { endpoints = [], notes } = converted ?? {};
  const first = endpoints[0];
  const served = first === undefined ? 'AnEndpoint' : first.name;
  const rows = endpoints.map(
    (it) => `| \`${it.method} /v${it.address.version}${it.address.path}\` | ${exportOf(it)} | ${cell(it.summary)} |`,
  );
  const table = rows.length === 0 ? '' : `| endpoint | contract | does |\n| --- | --- | --- |\n${rows.join('\n')}\n`;
  return `# ${service}

${title}. No code of it is written yet: [a mock](../../docs/mocks.md) answers each endpoint by the example of its contract, in
\`packages/contracts/src/contracts/${service}/\`. It keeps nothing and publishes no events.

${table}
## Write it, endpoint by endpoint

1. Read the contract and make it yours: what it says is checked, in both directions.
2. Write the handler of an endpoint, and list it in \`api(…)\` of a file \`src/http/index.ts\`. A service that
   \`npm run new-service\` makes shows how.
3. Serve it from a function. The other endpoints stay mocks until the build asks you to take \`mock\` out:

\`\`\`yaml
plugins:
  - serverless-esbuild
  - '@dure/serverless-plugin'
  - serverless-offline

custom:
  esbuild: \${file(../../packages/serverless-plugin/esbuild.yml)}
  dure:
    mock: true

functions:
  api:
    handler: src/http/index.handler
    endpoints: [${served}]
    table: readWrite
\`\`\`

## Runbook

A mock has no functions, and no alarms. Those of your functions belong here.
${notes === undefined || notes.all.length === 0 ? '' : `\n## What the OpenAPI document says otherwise\n\n${notesOf(notes.all)}`}`;
}

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll(/[<>]/g, ' ');

const notesOf = (notes: Converted['notes']['all']): string =>
  grouped(notes)
    .map(([what, pointers]) => `- ${what}:\n${pointers.map((pointer) => `  - \`${pointer}\`\n`).join('')}`)
    .join('');
