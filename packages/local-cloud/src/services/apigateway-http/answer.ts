import { type Answer, type Header, isRecord, isSendable } from '../apigateway/index.ts';
import type { PayloadFormat } from './documents.ts';

/** Of an answer that says none. */
const TEXT = 'text/plain; charset=UTF-8';
const JSON_TYPE = 'application/json';
/** The gateway's own to set. */
const NOT_PASSED = new Set([
  'connection',
  'content-length',
  'keep-alive',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/**
 * What a function's payload answers; undefined for what is not of the format.
 * @param contentType of an answer with a status that names none
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html#http-api-develop-integrations-lambda.response
 */
export function answerOf(payload: unknown, format: PayloadFormat, contentType = TEXT): Answer | undefined {
  const isWhole = isRecord(payload) && payload['statusCode'] !== undefined;
  if (isWhole) return wholeAnswer(payload, format, contentType);
  if (format === '1.0') return undefined;
  const text = typeof payload === 'string' ? payload : (JSON.stringify(payload) ?? 'null');
  return { status: 200, headers: [['Content-Type', JSON_TYPE]], body: Buffer.from(text) };
}

function wholeAnswer(
  payload: Readonly<Record<string, unknown>>,
  format: PayloadFormat,
  contentType: string,
): Answer | undefined {
  const { statusCode, body, isBase64Encoded } = payload;
  const status = Number(statusCode);
  if (!Number.isInteger(status) || status < 100 || status > 599) return undefined;
  if (body !== undefined && body !== null && typeof body !== 'string') return undefined;
  const headers = format === '2.0' ? headersV2(payload) : headersV1(payload);
  if (headers === undefined || !headers.every(isSendable)) return undefined;
  const passed = headers.filter(([name]) => !NOT_PASSED.has(name.toLowerCase()));
  const hasType = passed.some(([name]) => name.toLowerCase() === 'content-type');
  return {
    status,
    headers: hasType ? passed : [...passed, ['Content-Type', contentType]],
    body: Buffer.from(body ?? '', isBase64Encoded === true ? 'base64' : 'utf8'),
  };
}

function headersV2({ headers, cookies }: Readonly<Record<string, unknown>>): Header[] | undefined {
  const plain = single(headers);
  const given = cookies ?? [];
  if (plain === undefined || !Array.isArray(given) || !given.every((cookie) => typeof cookie === 'string')) {
    return undefined;
  }
  return [...plain, ...given.map((cookie): Header => ['Set-Cookie', cookie])];
}

/** Where a name is in both, the list counts. */
function headersV1({ headers, multiValueHeaders }: Readonly<Record<string, unknown>>): Header[] | undefined {
  const plain = single(headers);
  const lists = multiValueHeaders ?? {};
  if (plain === undefined || !isRecord(lists)) return undefined;
  const multiple: Header[] = [];
  for (const [name, values] of Object.entries(lists)) {
    if (!Array.isArray(values) || !values.every(isScalar)) return undefined;
    multiple.push(...values.map((value): Header => [name, String(value)]));
  }
  const listed = new Set(multiple.map(([name]) => name.toLowerCase()));
  return [...plain.filter(([name]) => !listed.has(name.toLowerCase())), ...multiple];
}

function single(headers: unknown): Header[] | undefined {
  const given = headers ?? {};
  if (!isRecord(given) || !Object.values(given).every(isScalar)) return undefined;
  return Object.entries(given).map(([name, value]) => [name, String(value)]);
}

const isScalar = (value: unknown): boolean => ['string', 'number', 'boolean'].includes(typeof value);
