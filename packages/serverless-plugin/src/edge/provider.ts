import { resourceName } from '../names.ts';
import { ConfigurationError } from '../types.ts';
import type { Json } from '../types.ts';
import { allowedAddresses, DEFAULT_USAGE_PLAN } from './config.ts';
import type { EdgeConfig } from './config.ts';

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html */
const POLICY_LIMIT_BYTES = 8192;

/** The framework's options under `provider.apiGateway`. */
export interface ApiGatewaySettings {
  readonly apiKeys: readonly { readonly name: string; readonly description: string }[];
  readonly usagePlan: { readonly quota: Json; readonly throttle: Json };
  readonly resourcePolicy: readonly Json[];
}

/**
 * A key for the service's API with a usage plan, and the resource policy: only TLS, only from the allowed addresses.
 * @throws ConfigurationError for an invalid address, or more addresses than a policy can hold
 */
export function apiGatewaySettings(service: string, stage: string, edge: EdgeConfig = {}): ApiGatewaySettings {
  const { rate, burst, quota } = edge.usagePlan ?? DEFAULT_USAGE_PLAN;
  const resourcePolicy = resourcePolicyOf(allowedAddresses(edge.allow));
  if (Buffer.byteLength(JSON.stringify(resourcePolicy)) > POLICY_LIMIT_BYTES) {
    throw new ConfigurationError(
      `custom.dure.edge.allow: the API's policy would have more than ${POLICY_LIMIT_BYTES} bytes; name larger ranges.`,
    );
  }
  return {
    apiKeys: [
      {
        name: resourceName({ service, stage }),
        description: `The first key of ${service}, ${stage}; make one a client`,
      },
    ],
    usagePlan: { quota: { limit: quota, period: 'MONTH' }, throttle: { rateLimit: rate, burstLimit: burst } },
    resourcePolicy,
  };
}

/** Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-resource-policies-examples.html */
function resourcePolicyOf(addresses: readonly string[] | undefined): Json[] {
  const everyone = { Principal: '*', Action: 'execute-api:Invoke', Resource: 'execute-api:/*' };
  const deny = (Condition: Json) => ({ Effect: 'Deny', ...everyone, Condition });
  return [
    { Effect: 'Allow', ...everyone },
    deny({ Bool: { 'aws:SecureTransport': 'false' } }),
    ...(addresses === undefined ? [] : [deny({ NotIpAddress: { 'aws:SourceIp': addresses } })]),
  ];
}
