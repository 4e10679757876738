import type { APIGatewayProxyEvent } from 'aws-lambda';
import type { Credentials, RoleProof } from '../application/authenticate-client.ts';
import { OAuthError } from '../domain/oauth-error.ts';
import { ROLE_PROOF } from '../domain/role-proof.ts';

/** The fields of a form, each given once and not empty. */
export type Form = ReadonlyMap<string, string>;

const FORM_TYPE = /^application\/x-www-form-urlencoded *(;|$)/i;
const MAX_BYTES = 16_384;

/**
 * Reads the body of a request as OAuth has it: a form whose fields come once.
 * @throws OAuthError invalid_request
 * Source: https://www.rfc-editor.org/rfc/rfc6749#section-3.2
 */
export function formOf(event: APIGatewayProxyEvent): Form {
  if (!FORM_TYPE.test(headerOf(event, 'content-type') ?? '')) {
    throw new OAuthError('invalid_request', 'The body has to be a form: application/x-www-form-urlencoded.');
  }
  const body = event.isBase64Encoded ? Buffer.from(event.body ?? '', 'base64').toString('utf8') : (event.body ?? '');
  if (Buffer.byteLength(body) > MAX_BYTES) throw new OAuthError('invalid_request', 'The form is too large.');
  return fieldsOf(new URLSearchParams(body));
}

/** The fields of a query or form; one without a value counts as not given. @throws OAuthError invalid_request */
export function fieldsOf(parameters: Iterable<readonly [string, string]>): Form {
  const fields = new Map<string, string>();
  for (const [name, value] of parameters) {
    if (value === '') continue;
    if (fields.has(name)) throw new OAuthError('invalid_request', 'A field is given twice.');
    fields.set(name, value);
  }
  return fields;
}

/** @throws OAuthError invalid_request */
export function requiredField(form: Form, name: string): string {
  const value = form.get(name);
  if (value === undefined) throw new OAuthError('invalid_request', `The field ${name} is missing.`);
  return value;
}

/**
 * Who the client says it is, in the header or in the form, not in both.
 * @throws OAuthError
 * Source: https://www.rfc-editor.org/rfc/rfc6749#section-2.3.1
 */
export function credentialsOf(event: APIGatewayProxyEvent, form: Form): Credentials | RoleProof | undefined {
  const [id, secret] = [form.get('client_id'), form.get('client_secret')];
  const header = headerOf(event, 'authorization');
  const proof = proofIn(form);
  if (proof !== undefined) {
    if (header === undefined && secret === undefined) return { id, proof };
    throw new OAuthError('invalid_request', 'The client says twice who it is.');
  }
  if (header === undefined) return id === undefined ? undefined : { id, secret };
  const encoded = /^Basic +([A-Za-z0-9+/]+={0,2})$/i.exec(header)?.[1];
  const [, name, password] = /^([^:]+):(.+)$/s.exec(Buffer.from(encoded ?? '', 'base64').toString('utf8')) ?? [];
  if (name === undefined || password === undefined) {
    throw new OAuthError('invalid_client', 'The header Authorization has to be Basic, with an id and a secret.');
  }
  const given = { id: decoded(name), secret: decoded(password) };
  if (secret !== undefined || (id !== undefined && id !== given.id)) {
    throw new OAuthError('invalid_request', 'The client says twice who it is.');
  }
  return given;
}

/** Source: https://www.rfc-editor.org/rfc/rfc7521#section-4.2 */
function proofIn(form: Form): string | undefined {
  const [type, proof] = [form.get('client_assertion_type'), form.get('client_assertion')];
  if (type === undefined && proof === undefined) return undefined;
  if (type === ROLE_PROOF && proof !== undefined) return proof;
  throw new OAuthError('invalid_client', `A client assertion has to be of the type ${ROLE_PROOF}.`);
}

/** As a form encodes it. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    throw new OAuthError('invalid_client', 'The id and the secret have to be encoded as in a form.');
  }
}

/** Where the request comes from, as API Gateway sees it. */
export const addressOf = ({ requestContext }: APIGatewayProxyEvent): string => requestContext.identity?.sourceIp ?? '';

export const headerOf = ({ headers }: Pick<APIGatewayProxyEvent, 'headers'>, name: string): string | undefined =>
  Object.entries(headers ?? {}).find(([given]) => given.toLowerCase() === name)?.[1];
