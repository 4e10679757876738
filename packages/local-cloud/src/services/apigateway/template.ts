import { own } from '@dure/local-http/own-property';
import { badRequest } from './reader.ts';

/** `$context` variables by name (`identity.sourceIp`), and stage variables as `stageVariables.name`. */
export type Variables = Readonly<Record<string, string | undefined>>;

export type Template = (variables: Variables, options: TemplateOptions) => string;

interface TemplateOptions {
  /** What stands for a variable without a value. */
  readonly missing: string;
  readonly escape?: (value: string, name: string) => string;
}

const NAME = '(context|stageVariables)\\.([A-Za-z0-9_]+(?:[.-][A-Za-z0-9_]+)*)';
/** `$context.name` or `${context.name}` */
const REFERENCE = new RegExp(`\\$(?:${NAME}|\\{${NAME}\\})`, 'g');
const VTL = /#(?:set|if|else|elseif|end|foreach|macro|define)\b|\$!?\{?(?:input|util|method)\b/;

/** Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-variables-for-access-logging.html */
const KNOWN = new Set(
  `accountId apiId awsEndpointRequestId customDomain.basePathMatched deploymentId domainName domainPrefix endpointType
  error.message error.messageString error.responseType error.validationErrorString extendedRequestId httpMethod
  identity.accountId identity.apiKey identity.apiKeyId identity.caller identity.cognitoAuthenticationProvider
  identity.cognitoAuthenticationType identity.cognitoIdentityId identity.cognitoIdentityPoolId
  identity.principalOrgId identity.sourceIp identity.user identity.userAgent identity.userArn integration.error
  integration.integrationStatus integration.latency integration.requestId integration.status integrationErrorMessage
  integrationLatency integrationStatus isCanaryRequest path protocol requestId requestTime requestTimeEpoch resourceId
  resourcePath responseLatency responseLength stage status tlsVersion cipherSuite waf.error waf.latency waf.status
  wafResponseCode webaclArn xrayTraceId connectedAt connectionId disconnectReason disconnectStatusCode eventType
  messageDirection messageId routeKey`.split(/\s+/),
);
const KNOWN_FAMILIES = ['authorizer.', 'authorize.', 'authenticate.'];

/**
 * A template of an access log or a gateway response: text with `$context` and stage variables, which are replaced and no
 * more; API Gateway runs no VTL there.
 * @throws AwsError BadRequestException for VTL and for a variable that does not exist
 */
export function compileTemplate(text: string): Template {
  const vtl = VTL.exec(text);
  if (vtl !== null)
    throw badRequest(`The template has "${vtl[0]}": VTL is not supported here, only $context variables.`);
  for (const [reference, ...parts] of text.matchAll(REFERENCE)) {
    const name = keyOf(parts);
    if (!name.startsWith('stageVariables.') && !isKnown(name)) throw badRequest(`There is no variable ${reference}.`);
  }
  return (variables, { missing, escape }) =>
    text.replace(REFERENCE, (_reference, ...parts: string[]) => {
      const key = keyOf(parts);
      const value = own(variables, key);
      if (value === undefined) return missing;
      return escape === undefined ? value : escape(value, key);
    });
}

function keyOf([space, name = '', inBraces, nameInBraces = '']: readonly string[]): string {
  const key = name || nameInBraces;
  return (space ?? inBraces) === 'context' ? key : `stageVariables.${key}`;
}

function isKnown(name: string): boolean {
  return KNOWN.has(name) || KNOWN_FAMILIES.some((family) => name.startsWith(family));
}

/** As within a JSON string: quotes, backslashes and control characters escaped. */
export function jsonEscape(value: string): string {
  return JSON.stringify(value).slice(1, -1);
}
