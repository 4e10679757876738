export * from './change-endpoints.ts';
export * from './contract-endpoints.ts';
export * from './contract-events.ts';
export * from './manifest.ts';
export * from './override-endpoints.ts';
export * from './release-endpoints.ts';
export * from './release-events.ts';
export * from './stage-endpoints.ts';
export { CanDeploy } from './verdict.ts';
