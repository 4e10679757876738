import { describe, expect, it } from '@jest/globals';
import { SignatureV4 } from '@smithy/signature-v4';
import { type SignedRequest, verifySignature } from '../src/verify-signature.ts';
import { Sha256 } from './sha256.ts';

const NOW = Date.UTC(2026, 11, 1, 3);
const credentials = { accessKeyId: 'local', secretAccessKey: 'local', sessionToken: 'token+/=' };
const expected = { region: 'us-east-1', service: 'execute-api', now: NOW, secretOf: (key: string) => key };

type Signing = Partial<Omit<ConstructorParameters<typeof SignatureV4>[0], 'sha256'>>;
const signerOf = (more: Signing): SignatureV4 =>
  new SignatureV4({ service: 'execute-api', region: 'us-east-1', credentials, sha256: Sha256, ...more });

const received = (method: string, url: string, headers: Record<string, string>, body: string): SignedRequest => ({
  ...{ method, url, body: Buffer.from(body) },
  headers: new Map(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), [value]])),
});

interface Ask {
  readonly signing?: Signing;
  readonly at?: number;
  readonly path?: string;
  readonly query?: Record<string, string>;
}

const searchOf = (query: Record<string, string>): string =>
  Object.entries(query)
    .map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`)
    .join('&');

/** Signed by the signer of the AWS SDK, as it arrives. */
async function signed({ signing = {}, at = NOW, path = '/dev/v1/things/a%20b', query = {} }: Ask = {}) {
  const body = '{"size":1}';
  const request = {
    ...{ method: 'POST', protocol: 'http:', hostname: 'localhost', path, query, body },
    headers: { host: 'localhost:4000', 'x-extra': '  two   words ' },
  };
  const { headers } = await signerOf(signing).sign(request, { signingDate: new Date(at) });
  const search = searchOf(query);
  return received('POST', search === '' ? path : `${path}?${search}`, headers, body);
}

const fault = (request: SignedRequest, more: Partial<typeof expected> = {}): string => {
  try {
    verifySignature(request, { ...expected, ...more });
    return 'held';
  } catch (error) {
    return (error as { fault?: string }).fault ?? String(error);
  }
};

it('agrees with the vector that AWS publishes (get-vanilla of its Signature Version 4 test suite)', () => {
  const authorization =
    'AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders=host;x-amz-date, ' +
    'Signature=5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31';
  const headers = { host: 'example.amazonaws.com', 'x-amz-date': '20150830T123600Z', authorization };
  const secretOf = () => 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY';
  const then = { region: 'us-east-1', service: 'service', now: Date.UTC(2015, 7, 30, 12, 36), secretOf };
  expect(verifySignature(received('GET', '/', headers, ''), then)).toEqual({
    accessKey: 'AKIDEXAMPLE',
    sessionToken: undefined,
  });
});

describe('a request that the SDK signed', () => {
  it('holds, and says who signed it', async () => {
    const query = { limit: '2', 'a b': "it's (*) + more", empty: '' };
    expect(verifySignature(await signed({ query }), expected)).toEqual({
      accessKey: 'local',
      sessionToken: credentials.sessionToken,
    });
  });

  it('holds with names of which one begins as another: parameters are in the order of their names', async () => {
    expect(fault(await signed({ query: { page1: '1', page: '2', 'page-size': '3' } }))).toBe('held');
  });

  it('holds with the signature in the query, for as long as it says', async () => {
    const request = {
      ...{ method: 'GET', protocol: 'http:', hostname: 'localhost', path: '/dev/v1', query: { a: '1' } },
      headers: { host: 'localhost:4000' },
    };
    const { query } = await signerOf({}).presign(request, { expiresIn: 900, signingDate: new Date(NOW) });
    const url = `/dev/v1?${searchOf(query as Record<string, string>)}`;
    const asked = received('GET', url, request.headers, '');
    expect(fault(asked, { now: NOW + 899_000 })).toBe('held');
    expect(fault(asked, { now: NOW + 901_000 })).toBe('InvalidSignatureException');
    expect(fault({ ...asked, url: url.replace('a=1', 'a=2') })).toBe('InvalidSignatureException');
    expect(fault({ ...asked, url: url.replace('Expires=900', 'Expires=9000') })).toBe('InvalidSignatureException');
  });

  it.each<[string, (request: SignedRequest) => SignedRequest]>([
    ['another method', (request) => ({ ...request, method: 'PUT' })],
    ['another path', (request) => ({ ...request, url: '/dev/v1/things/b?limit=2' })],
    ['another query', (request) => ({ ...request, url: request.url.replace('limit=2', 'limit=3') })],
    ['more in the query', (request) => ({ ...request, url: `${request.url}&limit=3` })],
    ['another body', (request) => ({ ...request, body: Buffer.from('{"size":2}') })],
    ['another signed header', (request) => withHeader(request, 'x-extra', 'three')],
    ['another host', (request) => withHeader(request, 'host', 'localhost:4001')],
    ['another session', (request) => withHeader(request, 'x-amz-security-token', 'somebody')],
    ['another date', (request) => withHeader(request, 'x-amz-date', '20261201T030001Z')],
  ])('does not hold with %s', async (_what, change) => {
    const request = await signed({ query: { limit: '2' } });
    expect(fault(request)).toBe('held');
    expect(fault(change(request))).toBe('InvalidSignatureException');
  });

  it.each<[string, Ask]>([
    ['by another secret', { signing: { credentials: { ...credentials, secretAccessKey: 'wrong' } } }],
    ['for another service', { signing: { service: 'sts' } }],
    ['for another region', { signing: { region: 'eu-west-1' } }],
    ['five minutes ago and more', { at: NOW - 301_000 }],
    ['for later', { at: NOW + 301_000 }],
  ])('does not hold %s', async (_what, ask) => {
    expect(fault(await signed(ask))).toBe('InvalidSignatureException');
  });

  it('does not hold without its session being signed, which somebody could add', async () => {
    const { sessionToken: _, ...lasting } = credentials;
    const request = await signed({ signing: { credentials: lasting } });
    expect(fault(request)).toBe('held');
    expect(fault(withHeader(request, 'x-amz-security-token', 'somebody'))).toBe('InvalidSignatureException');
  });
});

describe('a request without a signature of use', () => {
  it.each<[string, Record<string, string>, string]>([
    ['nothing', {}, 'MissingAuthenticationTokenException'],
    ['a token', { authorization: 'Bearer eyJ' }, 'IncompleteSignatureException'],
    ['an empty one', { authorization: 'AWS4-HMAC-SHA256 ' }, 'IncompleteSignatureException'],
    [
      'no date',
      {
        authorization:
          'AWS4-HMAC-SHA256 Credential=a/b/us-east-1/execute-api/aws4_request, SignedHeaders=host, Signature=0',
      },
      'InvalidSignatureException',
    ],
  ])('%s', (_what, headers, should) => {
    expect(fault(received('GET', '/', { host: 'localhost', ...headers }, ''))).toBe(should);
  });

  it('is refused for a key that nobody has', async () => {
    expect(fault(await signed(), { secretOf: (() => undefined) as never })).toBe('UnrecognizedClientException');
  });
});

function withHeader(request: SignedRequest, name: string, value: string): SignedRequest {
  return { ...request, headers: new Map([...request.headers, [name, [value]]]) };
}
