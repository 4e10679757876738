import { createHash } from 'node:crypto';
import type { Json } from '../types.ts';
import type { Template, TemplateContext } from './template.ts';

/**
 * What the framework and git change in a template even if nothing changed: the folder in the deployment bucket, the id
 * of the API's deployment, the ids of functions' versions (their `CodeSha256` stays), and the commit.
 */
const STAMPS: readonly [RegExp, string][] = [
  [/\bApiGatewayDeployment\d+\b/g, 'ApiGatewayDeployment'],
  [/\b(\w+LambdaVersion)\w{30,}\b/g, '$1'],
  [/\/\d{13}-\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z\//g, '/'],
  [/"COMMIT":"[^"]*"/g, '"COMMIT":""'],
];

/**
 * Publishes a digest of the deployed code and configuration as the parameter `/dure/{stage}/{service}/artefacts`: the
 * SHA-256 of the template without its stamps, which contains the SHA-256 of every archive. Releases with the same
 * digest are the same.
 */
export function publishArtefacts(template: Template, { service, stage, contracts }: TemplateContext): void {
  // Releases whose artefacts are the same have the same contracts too.
  template.Metadata = { ...template.Metadata, Contracts: contracts };
  template.Resources['ArtefactsParameter'] = {
    Type: 'AWS::SSM::Parameter',
    Properties: {
      Name: `/dure/${stage}/${service}/artefacts`,
      Type: 'String',
      Value: digestOf(template),
      Description: `Which code and configuration of ${service} is deployed`,
    },
  };
}

/** The SHA-256, in hex, of a template without its stamps, independent of the order of keys. */
export function digestOf(template: Template): string {
  const text = STAMPS.reduce((rest, [stamp, plain]) => rest.replace(stamp, plain), JSON.stringify(template));
  return createHash('sha256')
    .update(JSON.stringify(sorted(JSON.parse(text) as Json)))
    .digest('hex');
}

function sorted(value: Json): Json {
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map((item: Json) => sorted(item));
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, item]) => [key, sorted(item)]));
}
