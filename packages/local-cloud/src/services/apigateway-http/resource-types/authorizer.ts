import { type ApiGatewayResourceType, badRequest, define, newId, type Reader } from '../../apigateway/index.ts';
import { readApiId } from '../../apigateway-v2/index.ts';
import type { JwtAuthorizer, LambdaAuthorizer, Store } from '../documents.ts';
import { readFunctionArn, readPayloadFormat } from './integration.ts';

const MAX_TTL_SECONDS = 3600;
const JWT_SOURCE = /^\$request\.(?:header|querystring)\.[^\s,]+$/;
const LAMBDA_SOURCE = /^\$(?:request\.(?:header|querystring)|context|stageVariables)\.[^\s,]+$/;
const LOCAL_HOST = /^(?:localhost|.+\.localhost|127(?:\.\d+){3}|\[::1\])$/;

/** Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigatewayv2-authorizer.html */
export function authorizerType(store: Store): ApiGatewayResourceType {
  return define({
    type: 'AWS::ApiGatewayV2::Authorizer',
    replacing: ['ApiId'],
    save(reader, ref) {
      const apiId = readApiId(reader, store);
      const id = ref ?? newId(6);
      const type = reader.required('AuthorizerType');
      if (type !== 'JWT' && type !== 'REQUEST') throw badRequest(`AuthorizerType is JWT or REQUEST, not ${type}.`);
      const authorizer = type === 'JWT' ? readJwt(reader, id) : readLambda(reader, id);
      reader.required('Name');
      reader.done();
      store.authorizers.put(id, authorizer, apiId);
      return { ref: id, attributes: { AuthorizerId: id } };
    },
    remove: (id, { ApiId: apiId }) => void store.authorizers.delete(id, String(apiId)),
  });
}

function readJwt(reader: Reader, id: string): JwtAuthorizer {
  const [identitySource, ...more] = readSources(reader, JWT_SOURCE);
  if (identitySource === undefined || more.length > 0) {
    throw badRequest('IdentitySource of a JWT authorizer is one: $request.header.Authorization');
  }
  const configuration = reader.inner('JwtConfiguration');
  if (configuration === undefined) throw badRequest('A JWT authorizer needs a JwtConfiguration.');
  const issuer = configuration.required('Issuer');
  const audience = configuration.strings('Audience');
  configuration.done();
  if (!isIssuer(issuer)) {
    throw badRequest(`JwtConfiguration: Issuer has to be a URL with https (http on this machine only), not ${issuer}.`);
  }
  if (audience.length === 0) throw badRequest('JwtConfiguration: Audience has to have at least one entry.');
  return { type: 'JWT', id, identitySource, issuer, audience };
}

function isIssuer(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname } = new URL(text);
  return protocol === 'https:' || (protocol === 'http:' && LOCAL_HOST.test(hostname));
}

function readLambda(reader: Reader, id: string): LambdaAuthorizer {
  const identitySources = readSources(reader, LAMBDA_SOURCE);
  const payloadFormat = readPayloadFormat(reader, 'AuthorizerPayloadFormatVersion');
  const simple = reader.flag('EnableSimpleResponses');
  if (simple && payloadFormat === '1.0') {
    throw badRequest('EnableSimpleResponses needs AuthorizerPayloadFormatVersion 2.0.');
  }
  const ttl = reader.number('AuthorizerResultTtlInSeconds') ?? 0;
  if (ttl < 0 || ttl > MAX_TTL_SECONDS) throw badRequest(`AuthorizerResultTtlInSeconds is 0 to ${MAX_TTL_SECONDS}.`);
  if (ttl > 0 && identitySources.length === 0) {
    throw badRequest('A REQUEST authorizer whose results are cached needs an IdentitySource.');
  }
  const functionArn = readFunctionArn(reader.required('AuthorizerUri'));
  reader.accept('AuthorizerCredentialsArn');
  return { type: 'REQUEST', id, functionArn, identitySources, payloadFormat, simple, ttl };
}

function readSources(reader: Reader, pattern: RegExp): string[] {
  const sources = reader.strings('IdentitySource');
  const wrong = sources.find((source) => !pattern.test(source));
  if (wrong !== undefined) throw badRequest(`IdentitySource: ${wrong} is not supported here.`);
  return sources;
}
