export { type AsyncInvoke, createAsyncInvoke } from './async-invocations.ts';
export { type CodeStore, type InstalledCode, zipOfSource } from './code.ts';
export { parseFunctionName } from './function-name.ts';
export type { Functions } from './functions.ts';
export { type FunctionSettings, type InvokeConfig, type LambdaFunction, LATEST } from './model.ts';
