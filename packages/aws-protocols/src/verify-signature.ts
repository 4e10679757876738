import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

/** A request as it came. */
export interface SignedRequest {
  readonly method: string;
  /** Path and query as they were sent, percent-encoded. */
  readonly url: string;
  /** Names in lower case. */
  readonly headers: ReadonlyMap<string, readonly string[]>;
  readonly body: Buffer;
}

export interface Expected {
  readonly region: string;
  /** The signing name, `execute-api`. */
  readonly service: string;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** The secret of an access key; undefined for one that nobody has. */
  readonly secretOf: (accessKey: string) => string | undefined;
}

/** Who signed a request: what the signature covers, so nobody else can have put it there. */
export interface Signer {
  readonly accessKey: string;
  readonly sessionToken: string | undefined;
}

/** By AWS's names of the exceptions. */
export type SignatureFault =
  | 'MissingAuthenticationTokenException'
  | 'IncompleteSignatureException'
  | 'InvalidSignatureException'
  | 'UnrecognizedClientException';

/** The message is the one that AWS sends. */
export class SignatureRefused extends Error {
  readonly fault: SignatureFault;

  constructor(fault: SignatureFault, message: string) {
    super(message);
    this.fault = fault;
  }
}

interface Claim {
  readonly credential: string;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
  /** `20261201T030000Z` */
  readonly date: string;
  /** In seconds: how long the signature is good for, where it says so. */
  readonly expires: number | undefined;
  readonly sessionToken: string | undefined;
}

const ALGORITHM = 'AWS4-HMAC-SHA256';
const UNKNOWN_KEY = 'The security token included in the request is invalid.';
const SKEW_MS = 5 * 60_000;
const LONGEST_SECONDS = 7 * 24 * 3600;

/**
 * Verifies Signature Version 4, in the header or in the query, over the request as it came: method, path, query, the signed
 * headers and the body. A session token has to be signed, too.
 * Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 * @throws SignatureRefused
 *
 * @example
 * ```ts
 * import { verifySignature } from '@dure/aws-protocols/verify-signature';
 *
 * export const signer = verifySignature(
 *   { method: 'GET', url: '/dev/v1/things?limit=2', headers: new Map([['host', ['localhost:4566']]]), body: Buffer.alloc(0) },
 *   { region: 'us-east-1', service: 'execute-api', now: Date.now(), secretOf: (accessKey) => accessKey },
 * );
 * ```
 */
export function verifySignature(request: SignedRequest, expected: Expected): Signer {
  const [path = '', ...rest] = request.url.split('?');
  const query = parametersOf(rest.join('?'));
  const claim = claimOf(request, query);
  const [accessKey = '', day = '', region = '', service = '', end, ...more] = claim.credential.split('/');
  if (end !== 'aws4_request' || more.length > 0) {
    throw incomplete("Credential should be scoped with a valid terminator: 'aws4_request'.");
  }
  if (region !== expected.region) throw invalid(`Credential should be scoped to a valid region, not '${region}'.`);
  if (service !== expected.service)
    throw invalid(`Credential should be scoped to correct service: '${expected.service}'.`);
  if (!claim.date.startsWith(`${day}T`)) {
    throw invalid(
      `Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '${day}'.`,
    );
  }
  refuseOld(claim, expected.now);
  refuseUnsigned(request, claim);
  const secret = expected.secretOf(accessKey);
  if (secret === undefined) throw new SignatureRefused('UnrecognizedClientException', UNKNOWN_KEY);
  const canonical = [
    request.method,
    encodePath(path),
    canonicalQuery(query.filter(([name]) => name !== 'X-Amz-Signature')),
    ...claim.signedHeaders.map((name) => `${name}:${valueOf(request, name)}`),
    '',
    claim.signedHeaders.join(';'),
    hash(request.body),
  ].join('\n');
  const scope = `${day}/${region}/${service}/aws4_request`;
  const text = `${ALGORITHM}\n${claim.date}\n${scope}\n${hash(canonical)}`;
  const key = [day, region, service, 'aws4_request'].reduce<string | Buffer>(hmac, `AWS4${secret}`);
  const should = hmac(key, text);
  const given = Buffer.from(claim.signature, 'hex');
  if (given.length !== should.length || !timingSafeEqual(given, should)) {
    throw invalid(
      'The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key ' +
        'and signing method. Consult the service documentation for details.',
    );
  }
  return { accessKey, sessionToken: claim.sessionToken };
}

function claimOf({ headers }: SignedRequest, query: readonly (readonly [string, string])[]): Claim {
  const inQuery = new Map(query);
  if (inQuery.get('X-Amz-Algorithm') === ALGORITHM) {
    return {
      credential: inQuery.get('X-Amz-Credential') ?? '',
      signedHeaders: (inQuery.get('X-Amz-SignedHeaders') ?? '').split(';'),
      signature: inQuery.get('X-Amz-Signature') ?? '',
      date: inQuery.get('X-Amz-Date') ?? '',
      expires: Number(inQuery.get('X-Amz-Expires')),
      sessionToken: inQuery.get('X-Amz-Security-Token'),
    };
  }
  const authorization = headers.get('authorization') ?? [];
  if (authorization.length === 0) {
    throw new SignatureRefused('MissingAuthenticationTokenException', 'Missing Authentication Token');
  }
  const [, fields = ''] = /^AWS4-HMAC-SHA256 +(.*)$/s.exec(authorization.at(-1)!) ?? [];
  const given = new Map(
    fields.split(',').map((field): [string, string] => {
      const [name = '', ...value] = field.trim().split('=');
      return [name, value.join('=')];
    }),
  );
  const missing = ['Credential', 'Signature', 'SignedHeaders'].filter((name) => !given.get(name));
  if (missing.length > 0 || authorization.length > 1) {
    throw incomplete(
      missing
        .map((name) => `Authorization header requires '${name}' parameter. `)
        .join('')
        .trim(),
    );
  }
  return {
    credential: given.get('Credential')!,
    signedHeaders: given.get('SignedHeaders')!.split(';'),
    signature: given.get('Signature')!,
    date: headers.get('x-amz-date')?.at(-1) ?? '',
    expires: undefined,
    sessionToken: headers.get('x-amz-security-token')?.at(-1),
  };
}

function refuseOld({ date, expires }: Claim, now: number): void {
  const [, ...parts] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(date) ?? [];
  const signedAt = parts.length === 6 ? Date.parse(`${parts.slice(0, 3).join('-')}T${parts.slice(3).join(':')}Z`) : NaN;
  if (Number.isNaN(signedAt))
    throw incomplete("Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.");
  const isBounded = expires === undefined || (Number.isInteger(expires) && expires > 0 && expires <= LONGEST_SECONDS);
  if (!isBounded) throw incomplete('X-Amz-Expires must be between 1 and 604800 seconds.');
  if (signedAt - SKEW_MS > now) throw invalid(`Signature not yet current: ${date} is still later than now + 5 min.`);
  const life = expires === undefined ? SKEW_MS : expires * 1_000;
  if (signedAt + life < now) throw invalid(`Signature expired: ${date} is now earlier than it may be.`);
}

/** What somebody could change otherwise: for whom the request is, and as whom it is made. */
function refuseUnsigned({ headers }: SignedRequest, { signedHeaders, expires }: Claim): void {
  const wanted = ['host', ...(expires === undefined ? [...headers.keys()].filter(isAmazons) : [])];
  const unsigned = wanted.find((name) => !signedHeaders.includes(name));
  if (unsigned !== undefined) throw invalid(`'${unsigned}' must be a 'SignedHeader' in the AWS Authorization.`);
}

const isAmazons = (name: string): boolean => name === 'x-amz-date' || name === 'x-amz-security-token';

const valueOf = ({ headers }: SignedRequest, name: string): string =>
  (headers.get(name) ?? []).map((value) => value.trim().replace(/ +/g, ' ')).join(',');

/** By name, then by value: `page` goes before `page1`, which the order of whole parameters would turn round. */
function canonicalQuery(parameters: readonly (readonly [string, string])[]): string {
  const compare = (one: string, other: string): number => (one < other ? -1 : Number(one > other));
  return parameters
    .map(([name, value]) => [encode(name), encode(value)] as const)
    .sort(([name, value], [other, another]) => compare(name, other) || compare(value, another))
    .map((parameter) => parameter.join('='))
    .join('&');
}

/** In the order in which they came, decoded. A name that cannot be decoded stays as it is. */
function parametersOf(text: string): (readonly [string, string])[] {
  if (text === '') return [];
  return text.split('&').map((part) => {
    const [name = '', ...value] = part.split('=');
    return [decode(name), decode(value.join('='))];
  });
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Every segment as it came, encoded once more, as every service but S3 does it. */
const encodePath = (path: string): string => (path === '' ? '/' : path.split('/').map(encode).join('/'));

const encode = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`);

const hash = (content: string | Buffer): string => createHash('sha256').update(content).digest('hex');

const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();

const incomplete = (message: string): SignatureRefused =>
  new SignatureRefused(
    'IncompleteSignatureException',
    message || 'Authorization header is not one of Signature Version 4.',
  );

const invalid = (message: string): SignatureRefused => new SignatureRefused('InvalidSignatureException', message);
