import {
  type ApiGatewayResourceType,
  badRequest,
  define,
  functionArnOf,
  newId,
  type Reader,
} from '../../apigateway/index.ts';
import { readApiId } from '../../apigateway-v2/index.ts';
import type { PayloadFormat, Store } from '../documents.ts';

const MIN_TIMEOUT_MS = 50;
const MAX_TIMEOUT_MS = 30_000;
const LAMBDA_ARN = /^arn:[\w-]+:lambda:[\w-]+:\d+:function:\S+$/;

/** Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigatewayv2-integration.html */
export function integrationType(store: Store): ApiGatewayResourceType {
  return define({
    type: 'AWS::ApiGatewayV2::Integration',
    replacing: ['ApiId'],
    save(reader, ref) {
      const apiId = readApiId(reader, store);
      const id = ref ?? newId(7);
      const type = reader.required('IntegrationType');
      if (type !== 'AWS_PROXY' || reader.text('IntegrationSubtype') !== undefined) {
        const subtype = reader.text('IntegrationSubtype') ?? type;
        throw badRequest(`The integration ${subtype} is not supported here: AWS_PROXY to a Lambda function is.`);
      }
      const method = reader.text('IntegrationMethod') ?? 'POST';
      if (method !== 'POST')
        throw badRequest(`IntegrationMethod: ${method} is not supported here: a Lambda function is called by POST.`);
      const timeoutInMillis = reader.number('TimeoutInMillis') ?? MAX_TIMEOUT_MS;
      if (timeoutInMillis < MIN_TIMEOUT_MS || timeoutInMillis > MAX_TIMEOUT_MS) {
        throw badRequest(`TimeoutInMillis is ${MIN_TIMEOUT_MS} to ${MAX_TIMEOUT_MS}, not ${timeoutInMillis}.`);
      }
      const functionArn = readFunctionArn(reader.required('IntegrationUri'));
      const payloadFormat = readPayloadFormat(reader, 'PayloadFormatVersion');
      const connection = reader.text('ConnectionType') ?? 'INTERNET';
      if (connection !== 'INTERNET') throw badRequest(`ConnectionType: ${connection} is not supported here.`);
      reader.accept('Description');
      reader.done();
      store.integrations.put(id, { id, functionArn, payloadFormat, timeoutInMillis }, apiId);
      return { ref: id, attributes: { IntegrationId: id } };
    },
    remove: (id, { ApiId: apiId }) => void store.integrations.delete(id, String(apiId)),
  });
}

/** An HTTP API takes the function's ARN itself, and an invocation URI as well. */
export function readFunctionArn(uri: string): string {
  return LAMBDA_ARN.test(uri) ? uri : functionArnOf(uri);
}

export function readPayloadFormat(reader: Reader, name: string): PayloadFormat {
  const format = reader.required(name);
  if (format === '1.0' || format === '2.0') return format;
  // YAML has made a number of it.
  if (format === '1' || format === '2') return `${format}.0`;
  throw badRequest(`${name} is 1.0 or 2.0, not ${format}.`);
}
