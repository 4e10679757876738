export * from '@dure/cloudwatch';
export { type EndedExecution, executionSampler, measureDelivery, type RecordValue } from './measures.ts';
export { cloudWatchResourceTypes } from './resource-types.ts';
