import { type Answer, badRequest, type Header, type Reader, type ReceivedRequest } from '../apigateway/index.ts';
import type { Cors } from './documents.ts';

const MAX_AGE_SECONDS = 86_400;
/** `*`, `https://*`, `https://shop.example` */
const ORIGIN = /^(?:\*|[a-z][a-z0-9+.-]*:\/\/\S+)$/i;

/** CORS as an HTTP API and a function's URL declare it. */
export function readCors(reader: Reader | undefined): Cors | undefined {
  if (reader === undefined) return undefined;
  const cors = {
    allowCredentials: reader.flag('AllowCredentials'),
    allowHeaders: reader.strings('AllowHeaders'),
    allowMethods: reader.strings('AllowMethods').map((method) => method.toUpperCase()),
    allowOrigins: reader.strings('AllowOrigins'),
    exposeHeaders: reader.strings('ExposeHeaders'),
    maxAge: reader.number('MaxAge'),
  };
  reader.done();
  const wrong = cors.allowOrigins.find((origin) => !ORIGIN.test(origin));
  if (wrong !== undefined) throw badRequest(`AllowOrigins has ${wrong}, which is no origin.`);
  const { maxAge = 0 } = cors;
  if (maxAge < -1 || maxAge > MAX_AGE_SECONDS) {
    throw badRequest(`MaxAge is -1 to ${MAX_AGE_SECONDS} seconds, not ${maxAge}.`);
  }
  return cors;
}

/** What `Access-Control-Allow-Origin` is for a request; undefined for one that comes from no page, or none that may. */
export function allowedOrigin({ allowOrigins }: Cors, { headers }: ReceivedRequest): string | undefined {
  const origin = headers.get('origin')?.at(-1);
  if (origin === undefined) return undefined;
  if (allowOrigins.includes('*')) return '*';
  const isAllowed = allowOrigins.some((allowed) =>
    allowed.endsWith('://*') ? origin.startsWith(allowed.slice(0, -1)) : allowed.toLowerCase() === origin.toLowerCase(),
  );
  return isAllowed ? origin : undefined;
}

export function isPreflight({ method, headers }: ReceivedRequest): boolean {
  return method === 'OPTIONS' && headers.has('origin') && headers.has('access-control-request-method');
}

/** Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-cors.html */
export function preflightAnswer(cors: Cors, request: ReceivedRequest): Answer {
  const origin = allowedOrigin(cors, request);
  const { allowMethods, allowHeaders, maxAge } = cors;
  const more: Header[] = [
    ...(allowMethods.length > 0 ? [['Access-Control-Allow-Methods', allowMethods.join(',')] as Header] : []),
    ...(allowHeaders.length > 0 ? [['Access-Control-Allow-Headers', allowHeaders.join(',')] as Header] : []),
    ...(maxAge !== undefined ? [['Access-Control-Max-Age', String(maxAge)] as Header] : []),
  ];
  return {
    status: 204,
    headers: origin === undefined ? [] : [...originHeaders(cors, origin), ...more],
    body: Buffer.alloc(0),
  };
}

/** The answer with the API's CORS headers in the place of any that its function set. */
export function withCors(answer: Answer, cors: Cors, request: ReceivedRequest): Answer {
  const origin = allowedOrigin(cors, request);
  const { exposeHeaders } = cors;
  const own = answer.headers.filter(([name]) => !name.toLowerCase().startsWith('access-control-'));
  if (origin === undefined) return { ...answer, headers: own };
  const exposed: Header[] =
    exposeHeaders.length > 0 ? [['Access-Control-Expose-Headers', exposeHeaders.join(',')]] : [];
  return { ...answer, headers: [...own, ...originHeaders(cors, origin), ...exposed] };
}

function originHeaders({ allowCredentials }: Cors, origin: string): Header[] {
  return [
    ['Access-Control-Allow-Origin', origin],
    ...(allowCredentials ? [['Access-Control-Allow-Credentials', 'true'] as Header] : []),
    ...(origin === '*' ? [] : [['Vary', 'Origin'] as Header]),
  ];
}
