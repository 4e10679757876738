import type { ApiGatewayResourceType } from './index.ts';
import type { ResourceHandler } from '../cloudformation/resource-handler.ts';

interface Emulator {
  readonly resourceTypes: Readonly<Record<string, ApiGatewayResourceType>>;
}

/** Handlers of API Gateway's types, as its emulators (of REST and of WebSocket APIs) have them. */
export function apiGatewayTypes({ resourceTypes }: Emulator): Map<string, ResourceHandler> {
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
