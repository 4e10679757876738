/** What HTTP APIs and WebSocket APIs share: the deployments and stages of API Gateway v2. */
export { deploymentType } from './deployment-type.ts';
export type { AccessLog, CommonStage, Deployment, StageStore, Throttle } from './documents.ts';
export { readApiId, snapshotOf } from './documents.ts';
export { readThrottle, stageType } from './stage-type.ts';
