export * from './accounts.ts';
export * from './guest-tokens.ts';
export * from './manage-accounts.ts';
export * from './own-account.ts';
export * from './sessions.ts';
export * from './signing-keys.ts';
