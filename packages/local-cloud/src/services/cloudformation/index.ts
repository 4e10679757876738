export * from '@dure/cloudformation';
export { inertResourceTypes } from '@dure/cloudformation/inert-resource-types';
