export type { EventSourceMappingConfig } from './create-event-source-mapping.ts';
export {
  createEventSourceMappings,
  type EventSourceMappings,
  type EventSourceMappingsDeps,
} from './event-source-mappings.ts';
