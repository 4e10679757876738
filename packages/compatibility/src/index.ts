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
export { compareEndpoints, type EndpointSchema, type Parameter, type Response } from './endpoints.ts';
export { type Change, compareSchemas, type CompareOptions, type Direction, type Schema } from './schemas.ts';
