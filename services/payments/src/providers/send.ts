import { Transient } from './resilience.ts';

/** A conclusive answer: a success, or a refusal that no retry changes. */
export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

export interface ProviderRequest {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly body?: unknown;
  readonly key?: string;
}

/** Sends a request as JSON, once. @throws Transient */
export async function send(baseUrl: string, request: ProviderRequest, timeoutMs: number): Promise<Answer> {
  const { method, path, body, key } = request;
  try {
    const response = await fetch(`${baseUrl}${path}`, {
      method,
      headers: { 'content-type': 'application/json', ...(key !== undefined && { 'idempotency-key': key }) },
      body: body === undefined ? undefined : JSON.stringify(body),
      signal: AbortSignal.timeout(timeoutMs),
    });
    const answer = { status: response.status, body: (await response.json()) as unknown };
    if (answer.status < 500 && answer.status !== 429) return answer;
    throw new Transient(`The provider answered ${answer.status}.`);
  } catch (error) {
    if (error instanceof Transient) throw error;
    throw new Transient('The provider did not answer.', { cause: error });
  }
}
