import type { Template } from './template/template.ts';
import type { Json } from './types.ts';

/** The service that serves the documentation, at `/docs` of its API. */
const REGISTRY = 'registry';

interface Place {
  readonly service: string;
  readonly stage: string;
  /** Whether it is deployed by the local cloud, where all services share a host. */
  readonly local: boolean;
}

/** The parameter in which the registry publishes where it answers. */
const parameterOf = (stage: string): string => `/dure/${stage}/${REGISTRY}/url`;

/**
 * Where a stage's documentation is, without a request at run time: on AWS CloudFormation looks up the registry's
 * parameter while it deploys, and the registry names its own API. On a laptop all services share a host, so that the path
 * is enough. A text with `${…}` is for `Fn::Sub`.
 */
export function docsUrl({ service, stage, local }: Place): string {
  if (local) return `/${REGISTRY}/${stage}/docs`;
  if (service !== REGISTRY) return `{{resolve:ssm:${parameterOf(stage)}}}/docs`;
  return `https://\${ApiGatewayRestApi}.execute-api.\${AWS::Region}.\${AWS::URLSuffix}/${stage}/docs`;
}

/** A text as CloudFormation takes it. */
export const substituted = (text: string): Json => (text.includes('${') ? { 'Fn::Sub': text } : text);

/** The header of a gateway response, whose static values stand in quotes. */
export const helpHeader = (docs: string, code: string): Json => substituted(`'<${docs}/problems/${code}>; rel="help"'`);

const HEADER = 'gatewayresponse.header.Link';
const DEPLOYMENT = /\bApiGatewayDeployment[0-9a-f]{16}\b/g;

/**
 * Takes the links to the documentation out of a template, in place, where the stage has no registry yet: it needs the
 * bus and the alerts first, whose services are therefore deployed before it. They get their links with their next
 * deployment. The API is deployed under another name, so that it is deployed again then.
 * @param missing names of the parameters that there are not
 * @returns those that the template still needs
 */
export function withoutMissingDocs(template: Template, stage: string, missing: readonly string[]): string[] {
  const parameter = parameterOf(stage);
  if (!missing.includes(parameter)) return [...missing];
  for (const { Properties } of Object.values(template.Resources)) {
    const { Environment, ResponseParameters } = Properties as Record<string, Record<string, unknown> | undefined>;
    const variables = Environment?.['Variables'] as Record<string, unknown> | undefined;
    if (refersTo(variables?.['DOCS_URL'], parameter)) delete variables!['DOCS_URL'];
    if (refersTo(ResponseParameters?.[HEADER], parameter)) delete ResponseParameters![HEADER];
  }
  const text = JSON.stringify(template.Resources);
  for (const id of Object.keys(template.Resources)) delete template.Resources[id];
  Object.assign(template.Resources, JSON.parse(text.replace(DEPLOYMENT, '$&WithoutDocs')));
  return text.includes(parameter) ? [...missing] : missing.filter((name) => name !== parameter);
}

const refersTo = (value: unknown, parameter: string): boolean =>
  typeof value === 'string' && value.includes(`{{resolve:ssm:${parameter}}}`);
