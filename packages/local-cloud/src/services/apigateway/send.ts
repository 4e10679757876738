import type { ServerResponse } from 'node:http';
import { promisify } from 'node:util';
import { deflate, gzip } from 'node:zlib';
import type { Answer, Exchange, Header } from './exchange.ts';

const ENCODERS: Record<string, (body: Buffer) => Promise<Buffer>> = {
  gzip: promisify(gzip),
  deflate: promisify(deflate),
};

/**
 * Compresses an answer of at least the API's minimum size, as the client accepts, unless it is compressed already.
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-gzip-compression-decompression.html
 */
export async function compressed(answer: Answer, { snapshot, request }: Exchange): Promise<Answer> {
  const { minimumCompressionSize } = snapshot.api;
  const isEncoded = answer.headers.some(([name]) => name.toLowerCase() === 'content-encoding');
  if (minimumCompressionSize === undefined || isEncoded) return answer;
  if (answer.body.length < Math.max(1, minimumCompressionSize)) return answer;
  const encoding = acceptedEncoding(request.headers.get('accept-encoding') ?? []);
  const encode = ENCODERS[encoding ?? ''];
  if (encode === undefined) return answer;
  return {
    ...answer,
    headers: [...answer.headers, ['Content-Encoding', encoding!]],
    body: await encode(answer.body),
  };
}

/** The one with the highest weight; gzip where both weigh the same. */
function acceptedEncoding(accepted: readonly string[]): string | undefined {
  const weights = new Map(
    accepted
      .flatMap((value) => value.toLowerCase().split(','))
      .map((part) => {
        const [name = '', weight] = part.split(';').map((text) => text.trim());
        return [name, weight === undefined ? 1 : Number(weight.replace(/^q=/, ''))] as const;
      }),
  );
  const weightOf = (name: string): number => weights.get(name) ?? weights.get('*') ?? 0;
  const [best] = Object.keys(ENCODERS).sort((left, right) => weightOf(right) - weightOf(left));
  return best !== undefined && weightOf(best) > 0 ? best : undefined;
}

/** Sends the answer; without its body for HEAD. Repeated headers stay repeated. */
export function send(response: ServerResponse, answer: Answer, added: readonly Header[], method: string): void {
  const length: Header[] = isBodyless(answer.status) ? [] : [['Content-Length', String(answer.body.length)]];
  const headers = [...answer.headers, ...added, ...length];
  response.writeHead(answer.status, headers.flat());
  response.end(method === 'HEAD' || isBodyless(answer.status) ? undefined : answer.body);
}

function isBodyless(status: number): boolean {
  return status === 204 || status === 304 || status < 200;
}
