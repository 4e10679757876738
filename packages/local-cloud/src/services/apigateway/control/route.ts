import type { Properties } from '../reader.ts';
import { badRequest, isRecord } from '../reader.ts';

/** A request of the control plane, its path's parameters decoded. */
export interface ControlCall {
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly body: Properties;
}

/** `body` is sent as JSON; 200 unless another status is said. */
export interface ControlAnswer {
  readonly status?: number;
  readonly body?: unknown;
}

/** By `METHOD /path/{parameter}`. */
export type ControlRoutes = Readonly<Record<string, (call: ControlCall) => ControlAnswer>>;

export interface PatchOperation {
  readonly op: 'add' | 'replace' | 'remove';
  /** From its first slash on. */
  readonly path: string;
  readonly value: string;
}

/** Source: https://docs.aws.amazon.com/apigateway/latest/api/patch-operations.html */
export function patchOperations({ body }: ControlCall): PatchOperation[] {
  const operations = body['patchOperations'] ?? [];
  if (!Array.isArray(operations)) throw badRequest('patchOperations has to be a list.');
  return (operations as unknown[]).map((operation) => {
    const { op, path, value } = isRecord(operation) ? operation : {};
    if ((op !== 'add' && op !== 'replace' && op !== 'remove') || typeof path !== 'string') {
      throw badRequest(
        `The patch operation ${JSON.stringify(operation)} is not supported here: add, replace and remove are.`,
      );
    }
    return { op, path, value: typeof value === 'string' ? value : '' };
  });
}

export function refusePatch({ op, path }: PatchOperation): never {
  throw badRequest(`Invalid patch path ${path}: ${op} of it is not supported here.`);
}

/**
 * One page of a list, as all of API Gateway's lists are answered.
 * Source: https://docs.aws.amazon.com/apigateway/latest/api/API_GetRestApis.html (limit: 25, at most 500)
 */
export function page(items: readonly unknown[], { query }: ControlCall): ControlAnswer {
  const limit = Math.min(500, Number(query.get('limit') ?? 25));
  const start = Number(query.get('position') ?? 0);
  if (!(limit >= 1) || !Number.isInteger(start)) throw badRequest('Invalid limit or position.');
  const next = start + limit;
  return { body: { item: items.slice(start, next), ...(next < items.length && { position: String(next) }) } };
}

/** Timestamps are seconds since 1970. */
export function seconds(time: number): number {
  return time / 1000;
}
