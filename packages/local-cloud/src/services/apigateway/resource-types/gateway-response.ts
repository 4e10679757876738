import { compileExpression, DEFAULT_STATUS, isResponseType } from '../gateway-response.ts';
import type { ApiGatewayResourceType } from '../index.ts';
import { badRequest } from '../reader.ts';
import { newId } from '../store.ts';
import { compileTemplate } from '../template.ts';
import { conflict, define, readApiId, type ResourceContext } from './define.ts';

const HEADER = 'gatewayresponse.header.';

/** Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigateway-gatewayresponse.html */
export function gatewayResponseType(context: ResourceContext): ApiGatewayResourceType {
  const { store } = context;
  return define({
    type: 'AWS::ApiGateway::GatewayResponse',
    replacing: ['RestApiId', 'ResponseType'],
    save(reader, ref) {
      const apiId = readApiId(reader, context);
      const responseType = reader.required('ResponseType');
      if (!isResponseType(responseType)) {
        throw badRequest(`Invalid response type ${responseType}. There are ${Object.keys(DEFAULT_STATUS).join(', ')}.`);
      }
      const id = ref ?? newId();
      const same = store.gatewayResponses.list(apiId).find((other) => other.responseType === responseType);
      if (same !== undefined && same.id !== id) throw conflict(`The API has a ${responseType} response already.`);
      const statusCode = reader.text('StatusCode');
      if (statusCode !== undefined && !/^[1-5]\d\d$/.test(statusCode))
        throw badRequest(`Invalid status: ${statusCode}`);
      const responseParameters = reader.textMap('ResponseParameters');
      for (const [target, expression] of Object.entries(responseParameters)) {
        if (!target.startsWith(HEADER)) throw badRequest(`ResponseParameters sets ${HEADER}…, not ${target}.`);
        compileExpression(expression);
      }
      const responseTemplates = reader.textMap('ResponseTemplates');
      for (const template of Object.values(responseTemplates)) compileTemplate(template);
      reader.done();
      const setting = { id, responseType, statusCode, responseParameters, responseTemplates };
      store.gatewayResponses.put(id, setting, apiId);
      return { ref: id, attributes: { Id: id } };
    },
    remove: (id, { RestApiId: apiId }) => void store.gatewayResponses.delete(id, String(apiId)),
  });
}
