import { draft4Problem } from '../draft4.ts';
import { methods } from '../edge.ts';
import type { Method } from '../edge.ts';
import { targetOf } from '../references.ts';
import type { Endpoint, Facts, Rule, Subject } from '../rule.ts';
import { at, isObject, ofType } from '../template.ts';
import type { Json } from '../template.ts';

const KEYS = 'https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-setup-api-key-with-console.html';
const VALIDATION =
  'https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-method-request-validation.html';

/** Whoever watches the service may ask these without a key. */
const OPEN = /^\/v\d+\/(health|version)$/;
/** The documentation, which says what the repository says: decision 63. */
const DOCUMENTATION =
  /^\/(?:docs(?:\/\{page\+\})?|openapi\/\{file\}|(?:asyncapi|problems)\.json|\.well-known\/api-catalog)$/;
/** Clients say who they are in the ways of OAuth, people on its pages, and the keys and metadata are for everybody. */
const OAUTH =
  /^\/(?:oauth\/(?:authorize|introspect|revoke|token)|account\/(?:forgot|password|register|sessions|sign-in)|\.well-known\/(?:jwks\.json|oauth-authorization-server))$/;
/** The gateway responses: what API Gateway answers itself. */
const RESPONSE_TYPES = ['DEFAULT_4XX', 'DEFAULT_5XX'];

export const methodRules: readonly Rule[] = [
  {
    id: 'api-key',
    title:
      'Every method needs an API key, but health, version, documentation, OAuth, OPTIONS, and webhooks, whose caller signs',
    why: 'Until callers have an identity, a key is what says who called, and how much they may.',
    source: KEYS,
    *check({ service, template, facts }) {
      for (const method of methods(template)) {
        const { entry, verb, path } = method;
        if (service === 'registry' && ['GET', 'HEAD'].includes(verb) && DOCUMENTATION.test(path)) continue;
        if (service === 'identity' && ['GET', 'POST'].includes(verb) && OAUTH.test(path)) continue;
        if (verb === 'OPTIONS' || OPEN.test(path) || endpointOf(facts, method)?.signed) continue;
        if (entry.properties['ApiKeyRequired'] === true) continue;
        yield { resource: entry.id, path: 'Properties.ApiKeyRequired', right: `true, for ${verb} ${path}.` };
      }
    },
  },
  {
    id: 'body-validation',
    title: 'A method whose contract asks for a body refuses others at the edge',
    why: 'What is refused at the edge costs no call of a function.',
    source: VALIDATION,
    *check(subject) {
      for (const method of methods(subject.template)) {
        if (!needsBody(subject, method) || validatesBody(subject, method)) continue;
        const right = 'A RequestValidatorId that validates bodies, and a model of the template for application/json.';
        yield { resource: method.entry.id, path: 'Properties.RequestModels', right };
      }
    },
  },
  {
    id: 'model-draft-4',
    title: 'Models are JSON Schema draft 4',
    why: 'API Gateway reads no later draft: what it does not know it refuses, or passes over in silence.',
    source: 'https://docs.aws.amazon.com/apigateway/latest/developerguide/models-mappings-models.html',
    *check({ template }) {
      for (const { id, properties } of ofType(template, 'AWS::ApiGateway::Model')) {
        const problem = draft4Problem(properties['Schema']);
        if (problem === undefined) continue;
        yield { resource: id, path: 'Properties.Schema', right: `A draft 4 schema: ${problem}.` };
      }
    },
  },
  {
    id: 'gateway-responses',
    title: 'What the gateway answers by itself is problem+json',
    why: 'A caller handles one form of error, whoever makes it (RFC 9457).',
    source: 'https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-gatewayResponse-definition.html',
    *check({ template }) {
      for (const { id } of ofType(template, 'AWS::ApiGateway::RestApi')) {
        const own = ofType(template, 'AWS::ApiGateway::GatewayResponse').filter(
          ({ properties }) => targetOf(template, properties['RestApiId']) === id,
        );
        for (const type of RESPONSE_TYPES) {
          if (own.some(({ properties }) => properties['ResponseType'] === type)) continue;
          yield { resource: id, path: 'Properties', right: `A GatewayResponse for ${type}.` };
        }
        for (const { id: response, properties } of own) {
          if (isProblem(properties['ResponseTemplates'], properties['ResponseParameters'])) continue;
          const right = 'A template of type application/problem+json with "type", "title" and "status".';
          yield { resource: response, path: 'Properties.ResponseTemplates', right };
        }
      }
    },
  },
];

const endpointOf = ({ endpoints }: Facts, { verb, path }: Method): Endpoint | undefined =>
  endpoints.find((it) => it.method === verb && it.path === path);

/** By the contract; a method that is in none is judged by its verb. */
function needsBody({ facts }: Subject, method: Method): boolean {
  return endpointOf(facts, method)?.needsBody ?? (method.verb === 'PUT' || method.verb === 'PATCH');
}

function validatesBody({ template }: Subject, { entry: { properties } }: Method): boolean {
  const validator = template.Resources[targetOf(template, properties['RequestValidatorId']) ?? ''];
  const model = template.Resources[targetOf(template, at(properties, 'RequestModels', 'application/json')) ?? ''];
  return (
    validator?.Type === 'AWS::ApiGateway::RequestValidator' &&
    validator.Properties?.['ValidateRequestBody'] === true &&
    model?.Type === 'AWS::ApiGateway::Model'
  );
}

function isProblem(templates: Json | undefined, parameters: Json | undefined): boolean {
  if (!isObject(templates)) return false;
  const header = String(at(parameters, 'gatewayresponse.header.Content-Type') ?? '');
  const entries = Object.entries(templates).filter(
    ([type]) => type === 'application/problem+json' || header === "'application/problem+json'",
  );
  return entries.length > 0 && entries.every(([, body]) => isProblemBody(String(body)));
}

/** `$context.error.messageString` comes with its quotes; other variables stand for a value, with or without quotes. */
function isProblemBody(body: string): boolean {
  const filled = body.replaceAll('$context.error.messageString', '"x"').replaceAll(/\$context\.[\w.]+/g, '0');
  try {
    const problem = JSON.parse(filled) as Json;
    return ['type', 'title', 'status'].every((member) => at(problem, member) !== undefined);
  } catch {
    return false;
  }
}
