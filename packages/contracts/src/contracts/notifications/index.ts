export * from './language.ts';
export * from './preferences.ts';
export * from './notifications.ts';
export * from './webhook-endpoints.ts';
export * from './webhook-deliveries.ts';
export * from './webhook-endpoint-disabled.ts';
export * from './progress.ts';
export * from './milestone.ts';
