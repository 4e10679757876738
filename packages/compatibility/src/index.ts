export { canonical, hashOf } from './canonical.ts';
export { compareContracts, type ContractChange } from './contracts.ts';
export { compareEndpoints, type EndpointSchema, type Parameter, type Response } from './endpoints.ts';
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
} from './release.ts';
export { type Change, compareSchemas, type CompareOptions, type Direction, type Schema } from './schemas.ts';
