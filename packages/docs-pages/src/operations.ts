import type { Json, JsonObject } from './documents.ts';

export interface Operation {
  readonly operationId: string;
  readonly tag: string;
  readonly method: string;
  readonly path: string;
  readonly summary: string;
}

const METHODS = ['get', 'put', 'post', 'delete', 'patch', 'head', 'options'];

/** The operations of an OpenAPI document, in its order. */
export function operationsOf(openapi: JsonObject): Operation[] {
  return Object.entries((openapi['paths'] ?? {}) as JsonObject).flatMap(([path, item]) =>
    METHODS.flatMap((method) => {
      const operation = (item as JsonObject)[method] as JsonObject | undefined;
      if (operation === undefined) return [];
      const { operationId = '', summary = '', tags } = operation;
      const tag = String((tags as readonly Json[] | undefined)?.[0] ?? 'default');
      return [{ operationId: String(operationId), tag, method: method.toUpperCase(), path, summary: String(summary) }];
    }),
  );
}

/** Of `orders/PlaceOrder.v1`, where the service's page shows it: `orders#/orders/placeOrder`. */
export function operationAnchor(openapi: Readonly<Record<string, JsonObject>>, operation: string): string | undefined {
  const [, owner = '', name = ''] = /^([^/]+)\/([^.]+)\.v\d+$/.exec(operation) ?? [];
  const document = openapi[owner];
  const found =
    document && operationsOf(document).find(({ operationId }) => operationId.toLowerCase() === name.toLowerCase());
  return found && `${owner}#/${encodeURIComponent(found.tag)}/${encodeURIComponent(found.operationId)}`;
}
