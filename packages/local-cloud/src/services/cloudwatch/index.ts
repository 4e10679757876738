export * from '@dure/cloudwatch';
export { type EndedExecution, measureDelivery, measureExecution, type RecordValue } from './measures.ts';
export { cloudWatchResourceTypes } from './resource-types.ts';
