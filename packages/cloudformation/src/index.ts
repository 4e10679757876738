export { attributesOf, knownProperties, onlyKnown, optionalText, textOf, UnsupportedProperty } from './properties.ts';
export type {
  CreatedResource,
  ExistingResource,
  Identity,
  Properties,
  ResourceRequest,
  ResourceType,
  ResourceTypes,
} from './resource-type.ts';
export type { ReadObject } from './stacks/requests.ts';
export { type DynamicReferences, UnresolvedReference } from './scope.ts';
