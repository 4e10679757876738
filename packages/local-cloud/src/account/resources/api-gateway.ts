import type { ApiGateway } from '../../apigateway/index.ts';
import type { ResourceHandler } from './handler.ts';

/** Handlers of API Gateway's types, as its emulator has them. */
export function apiGatewayTypes({ resourceTypes }: ApiGateway): Map<string, ResourceHandler> {
  const handlers = new Map<string, ResourceHandler>();
  for (const [type, { create, update, delete: remove }] of Object.entries(resourceTypes)) {
    handlers.set(type, {
      replacedBy: [],
      check() {
        // The emulator refuses by name what it does not support, before it changes anything.
      },
      create: async ({ properties }) => create(properties),
      update: async (physicalId, properties, previous) => update(physicalId, properties, previous),
      remove: async ({ physicalId, properties }) => remove(physicalId, properties),
    });
  }
  return handlers;
}
