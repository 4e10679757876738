import type { ApiGatewayResourceType } from './index.ts';
import type { ResourceType } from '../cloudformation/resource-type.ts';

interface Emulator {
  readonly resourceTypes: Readonly<Record<string, ApiGatewayResourceType>>;
}

/** API Gateway's types, as its emulators (of REST and of WebSocket APIs) have them. */
export function apiGatewayTypes({ resourceTypes }: Emulator): Record<string, ResourceType> {
  const types = Object.entries(resourceTypes).map(([type, own]): [string, ResourceType] => [
    type,
    {
      check() {
        // The emulator refuses by name what it does not support, before it changes anything.
      },
      create: async ({ properties }) => own.create(properties),
      update: async (physicalId, properties, previous) => own.update(physicalId, properties, previous),
      remove: async ({ physicalId, properties }) => own.delete(physicalId, properties),
    },
  ]);
  return Object.fromEntries(types);
}
