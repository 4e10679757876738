import type { Call } from '@dure/contracts/binding/call';
import { NoAnswer, UnexpectedAnswer } from '@dure/contracts/binding/client';
import { metric } from '@dure/contracts/binding/log';
import { FALLBACK } from '@dure/mesh/fallback';
import { CallerRefused } from '@dure/service-identity/kept-tokens';
import { absent, type Failed, failed, type Part, shown } from '../domain/composition.ts';

/** A view that is being made: whose it is, and when it has to be there. */
export interface Asking {
  readonly call: Call;
  /** On the clock of `performance.now()`: one deadline for all parts, however they wait for one another. */
  readonly until: number;
}

/** What `client` of the contracts answers. */
export interface Answer {
  readonly status: number;
  readonly body?: unknown;
  readonly code?: string;
  readonly problem?: { readonly type: string } | undefined;
  readonly headers: Pick<Headers, 'get'>;
}

/** What a request of a part gets besides its own parameters. */
export interface Asked {
  readonly call: Call;
  /** Milliseconds that are left. */
  readonly within: number;
}

export interface Asks<One extends Answer, Value> {
  /** Of the part, for logs: `payment`. */
  readonly name: string;
  request(asked: Asked): Promise<One>;
  /** Makes the part of the body of a success. */
  show(body: NonNullable<One['body']>): Value;
  /** The codes of problems that say that there is none. */
  readonly absent?: readonly string[];
}

/**
 * Asks a service for a part, and never rejects because of it: a refusal, an answer that its contract does not have, a
 * broken connection and a late answer are what came of it.
 */
export async function ask<One extends Answer, Value>(
  { call, until }: Asking,
  { name, request, show, absent: none = [] }: Asks<One, Value>,
): Promise<Part<Value>> {
  const started = performance.now();
  const part = await answered();
  if (part.kind === 'failed') {
    const measured = metric('part', 'failed', performance.now() - started);
    call.log.warn('a part of a view failed', { ...measured, part: name, type: part.type, status: part.status });
  }
  return part;

  async function answered(): Promise<Part<Value>> {
    if (started >= until) return LATE;
    try {
      const { status, code, problem, body, headers } = await request({ call, within: until - started });
      if (problem === undefined) {
        const part = shown(show(body as NonNullable<One['body']>));
        return headers.get(FALLBACK) === null ? part : { ...part, stale: BROKEN };
      }
      if (none.includes(code!)) return absent;
      // No service of a contract answers a date.
      const retryAfter = (status === 429 && Number(headers.get('retry-after'))) || undefined;
      return { kind: 'failed', type: problem.type, status: Math.max(400, status), retryAfter };
    } catch (error) {
      if (error instanceof UnexpectedAnswer) return BROKEN;
      if (error instanceof NoAnswer && error.cause instanceof CallerRefused) return UNAUTHENTICATED;
      if (error instanceof NoAnswer) return isLate(error) ? LATE : BROKEN;
      throw error;
    }
  }
}

const LATE: Failed = failed('part-late', 504);
const BROKEN: Failed = failed('part-failed', 502);

/** The caller's session ended after the authorizer looked at its token. */
const UNAUTHENTICATED: Failed = { ...failed('unauthenticated', 401), refusesCaller: true };

const isLate = ({ cause }: NoAnswer): boolean => (cause as Partial<Error> | undefined)?.name === 'TimeoutError';
