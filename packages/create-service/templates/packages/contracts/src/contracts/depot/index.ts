export * from './spare-part-recorded.ts';
export * from './endpoints.ts';
