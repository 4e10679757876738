export { createLambdaApi, type LambdaRequest, type LambdaRoute } from './api.ts';
export { type CodeStore, type InstalledCode, zipOfSource } from './code.ts';
export { parseFunctionName } from './function-name.ts';
export type { Functions } from './functions.ts';
export type { Invoking } from './invoke.ts';
export { accountRoutes } from './routes.ts';
export { type LayerVersions, openLayerVersions } from './layer-versions.ts';
export { type FunctionSettings, type LambdaFunction, LATEST, type LayerReference } from './model.ts';
