export { canonical, hashOf } from './canonical.ts';
export { compareContracts, type ContractChange } from './contracts.ts';
export { canDeploy, type Question } from './deploy/can-deploy.ts';
export { type Compare, comparer, type Pair, pairKey } from './deploy/compare.ts';
export { nameOf } from './deploy/release.ts';
export type {
  Deprecation,
  Kind,
  Live,
  LiveState,
  Party,
  Provided,
  Reason,
  Release,
  Required,
  Use,
  Verdict,
} from './deploy/release.ts';
export type { Seen } from './deploy/removals.ts';
export { compareEndpoints } from './endpoints/compare-endpoints.ts';
export { endpointFaults } from './endpoints/faults.ts';
export type { Body, EndpointSchema, Parameter, Response, SecurityRequirement } from './endpoints/endpoint.ts';
export { compareSchemas, type CompareOptions } from './compare/compare-schemas.ts';
export { schemaFaults, type SchemaFault } from './schema/faults.ts';
export type { Direction, Schema } from './schema/schema.ts';
export type { Change } from './compare/walk.ts';
