export * from './commands.ts';
export * from './stock-reserved.ts';
export * from './reservation-refused.ts';
export * from './stock-released.ts';
export * from './stock-committed.ts';
export * from './stock-commit-refused.ts';
export * from './stock-adjusted.ts';
export * from './endpoints.ts';
