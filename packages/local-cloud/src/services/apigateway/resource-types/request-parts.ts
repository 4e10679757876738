import type { ApiGatewayResourceType } from '../index.ts';
import { compileModel } from '../models.ts';
import { badRequest, isRecord } from '../reader.ts';
import { newId } from '../store.ts';
import { conflict, define, readApiId, type ResourceContext } from './define.ts';

/**
 * A model's schema is draft 4. It may refer to other models of its API, which have to exist by then.
 * Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigateway-model.html
 */
export function modelType(context: ResourceContext): ApiGatewayResourceType {
  const { store } = context;
  return define({
    type: 'AWS::ApiGateway::Model',
    replacing: ['RestApiId', 'Name', 'ContentType'],
    save(reader, ref) {
      const apiId = readApiId(reader, context);
      const id = newId(6);
      const name = ref ?? reader.text('Name') ?? id;
      if (!/^[A-Za-z0-9]+$/.test(name)) throw badRequest(`Model name must be alphanumeric: ${name}`);
      const existing = store.models.get(name, apiId);
      if (ref === undefined && existing !== undefined)
        throw conflict(`Model name already exists for this REST API: ${name}`);
      const raw = reader.raw('Schema');
      const schema = typeof raw === 'string' ? (JSON.parse(raw) as unknown) : (raw ?? {});
      if (!isRecord(schema)) throw badRequest('AWS::ApiGateway::Model: Schema has to be a JSON object.');
      const contentType = reader.text('ContentType') ?? 'application/json';
      const model = { id: existing?.id ?? id, name, contentType, description: reader.text('Description'), schema };
      reader.accept('Name');
      reader.done();
      const others = store.models.list(apiId).filter((other) => other.name !== name);
      compileModel(name, [...others, model]);
      store.models.put(name, model, apiId);
      return { ref: name, attributes: {} };
    },
    remove: (name, { RestApiId: apiId }) => void store.models.delete(name, String(apiId)),
  });
}

/** Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigateway-requestvalidator.html */
export function requestValidatorType(context: ResourceContext): ApiGatewayResourceType {
  const { store } = context;
  return define({
    type: 'AWS::ApiGateway::RequestValidator',
    replacing: ['RestApiId', 'Name'],
    save(reader, ref) {
      const apiId = readApiId(reader, context);
      const id = ref ?? newId(6);
      const validator = {
        id,
        name: reader.text('Name'),
        validateRequestBody: reader.flag('ValidateRequestBody'),
        validateRequestParameters: reader.flag('ValidateRequestParameters'),
      };
      reader.done();
      store.validators.put(id, validator, apiId);
      return { ref: id, attributes: { RequestValidatorId: id } };
    },
    remove: (id, { RestApiId: apiId }) => void store.validators.delete(id, String(apiId)),
  });
}
