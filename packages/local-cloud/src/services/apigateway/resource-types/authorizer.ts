import type { Authorizer } from '../documents.ts';
import type { ApiGatewayResourceType } from '../index.ts';
import { badRequest, type Reader } from '../reader.ts';
import { newId } from '../store.ts';
import { define, readApiId, type ResourceContext } from './define.ts';
import { functionArnOf } from './integration.ts';

const DEFAULT_TTL_SECONDS = 300;
const MAX_TTL_SECONDS = 3600;
const IDENTITY_SOURCE = /^(?:method\.request\.(?:header|querystring)\.|stageVariables\.|context\.)[^\s,]+$/;

/** Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigateway-authorizer.html */
export function authorizerType(context: ResourceContext): ApiGatewayResourceType {
  const { store } = context;
  return define({
    type: 'AWS::ApiGateway::Authorizer',
    replacing: ['RestApiId'],
    save(reader, ref) {
      const apiId = readApiId(reader, context);
      const id = ref ?? newId(6);
      store.authorizers.put(id, { ...readAuthorizer(reader), id }, apiId);
      return { ref: id, attributes: { AuthorizerId: id } };
    },
    remove: (id, { RestApiId: apiId }) => void store.authorizers.delete(id, String(apiId)),
  });
}

function readAuthorizer(reader: Reader): Omit<Authorizer, 'id'> {
  const type = reader.required('Type');
  if (type !== 'TOKEN' && type !== 'REQUEST') {
    throw badRequest(`The authorizer type ${type} is not supported here. TOKEN and REQUEST are.`);
  }
  const authorizerUri = reader.required('AuthorizerUri');
  const ttl = reader.number('AuthorizerResultTtlInSeconds') ?? DEFAULT_TTL_SECONDS;
  if (ttl < 0 || ttl > MAX_TTL_SECONDS) throw badRequest(`AuthorizerResultTtlInSeconds is 0 to ${MAX_TTL_SECONDS}.`);
  const identityValidationExpression = reader.text('IdentityValidationExpression');
  if (identityValidationExpression !== undefined) new RegExp(identityValidationExpression);
  const authorizer = {
    name: reader.required('Name'),
    type,
    authorizerUri,
    functionArn: functionArnOf(authorizerUri),
    identitySources: readSources(reader, type, ttl),
    identityValidationExpression,
    authorizerResultTtlInSeconds: ttl,
  } as const;
  reader.accept('AuthType');
  reader.done();
  return authorizer;
}

function readSources(reader: Reader, type: 'TOKEN' | 'REQUEST', ttl: number): string[] {
  const text = reader.text('IdentitySource') ?? '';
  const sources = text.split(',').map((source) => source.trim());
  const given = sources.filter((source) => source !== '');
  const wrong = given.find((source) => !IDENTITY_SOURCE.test(source));
  if (wrong !== undefined) throw badRequest(`IdentitySource: ${wrong} is not supported here.`);
  if (type === 'TOKEN' && (given.length !== 1 || !given[0]!.startsWith('method.request.header.'))) {
    throw badRequest('IdentitySource of a TOKEN authorizer is one header: method.request.header.Authorization');
  }
  if (type === 'REQUEST' && given.length === 0 && ttl > 0) {
    throw badRequest('A REQUEST authorizer whose results are cached needs an IdentitySource.');
  }
  return given;
}
