import { ConfigurationError, type Json } from '../types.ts';
import { REST_API, STAGE } from './api-stage.ts';
import type { Template, TemplateContext } from './template.ts';

/** Of the shell or the pipeline that deploys: the one address of a stage's services, `api.example.com`. */
const VARIABLE = 'API_DOMAIN';

/** Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/how-to-custom-domains.html */
const DOMAIN = /^(?=.{1,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/;

/**
 * Maps a base path of the stage's domain to the service's API: `https://api.example.com/orders/v1/…`. Does nothing without
 * `API_DOMAIN`, and for a service without an API. The domain is there already: no service's stack may own what all need.
 * @throws ConfigurationError if that is no name of a domain
 * Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigateway-basepathmapping.html
 */
export function addBasePath({ Resources }: Template, { service }: Pick<TemplateContext, 'service'>): void {
  const { [VARIABLE]: domain = '' } = process.env;
  if (domain === '' || Resources[REST_API] === undefined) return;
  if (!DOMAIN.test(domain)) throw new ConfigurationError(`${VARIABLE}: "${domain}" is not the name of a domain.`);
  const Properties: Record<string, Json> = {
    ...{ DomainName: domain, BasePath: service },
    ...{ RestApiId: { Ref: REST_API }, Stage: { Ref: STAGE } },
  };
  Resources['ApiGatewayBasePath'] = { Type: 'AWS::ApiGateway::BasePathMapping', Properties };
}
