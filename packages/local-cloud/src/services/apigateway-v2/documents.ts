import { type Collection, notFound, type Reader } from '../apigateway/index.ts';

/** Requests or messages a second and at once; -1 means no limit. */
export interface Throttle {
  readonly rateLimit: number;
  readonly burstLimit: number;
}

export interface AccessLog {
  readonly destinationArn: string;
  readonly format: string;
}

export interface CommonStage {
  readonly stageName: string;
  /** Undefined for a stage that deploys by itself. */
  readonly deploymentId: string | undefined;
  readonly variables: Readonly<Record<string, string>>;
  readonly throttle: Throttle;
  readonly accessLog: AccessLog | undefined;
}

export interface Deployment<Snapshot> {
  readonly id: string;
  readonly snapshot: Snapshot;
}

/** The part of a kind of APIs' store that deployments and stages need. */
export interface StageStore<Snapshot, Stage extends CommonStage> {
  readonly apis: Pick<Collection<object>, 'get'>;
  readonly deployments: Collection<Deployment<Snapshot>>;
  readonly stages: Collection<Stage>;
}

/** What a stage runs: its deployment's picture, or the API as it is now. */
export function snapshotOf<Snapshot>(
  { deployments }: Pick<StageStore<Snapshot, CommonStage>, 'deployments'>,
  apiId: string,
  { deploymentId }: CommonStage,
  takeSnapshot: (apiId: string) => Snapshot,
): Snapshot | undefined {
  if (deploymentId === undefined) return takeSnapshot(apiId);
  return deployments.get(deploymentId, apiId)?.snapshot;
}

/** The API that a resource belongs to. @throws AwsError NotFoundException */
export function readApiId(reader: Reader, { apis }: Pick<StageStore<unknown, CommonStage>, 'apis'>): string {
  const apiId = reader.required('ApiId');
  if (apis.get(apiId) === undefined) throw notFound(`Invalid API identifier specified ${apiId}`);
  return apiId;
}
