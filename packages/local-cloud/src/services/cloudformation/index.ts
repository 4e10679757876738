export * from '@dure/cloudformation';
export { inertResourceTypes } from './inert-resource-types.ts';
