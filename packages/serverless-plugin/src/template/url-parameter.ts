import type { Template, TemplateContext } from './template.ts';

/**
 * Publishes the base URL of a service's REST API, with its stage, as the parameter `/dure/{stage}/{service}/url`:
 * `https://a1b2c3.execute-api.us-east-1.amazonaws.com/dev`. A service without an API publishes none.
 * Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-resource-ssm-parameter.html
 */
export function publishUrl(template: Template, { service, stage }: TemplateContext): void {
  const url = template.Outputs?.['ServiceEndpoint']?.Value;
  if (url === undefined) return;
  template.Resources['UrlParameter'] = {
    Type: 'AWS::SSM::Parameter',
    Properties: {
      Name: `/dure/${stage}/${service}/url`,
      Type: 'String',
      Value: url,
      Description: `Where the API of ${service} answers`,
    },
  };
}
