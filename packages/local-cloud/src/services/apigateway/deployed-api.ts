import type { Method, Snapshot } from './documents.ts';
import { parsePolicy, type Policy } from './policy.ts';
import { compileValidation, type ValidateRequest } from './request-validation.ts';
import { createRouter, type Router } from './router.ts';
import type { Store } from './store.ts';

export interface DeployedMethod {
  readonly method: Method;
  readonly validate: ValidateRequest;
}

/** A deployment's picture of an API, made ready to answer. */
export interface DeployedApi {
  readonly snapshot: Snapshot;
  readonly route: Router<DeployedMethod>;
  readonly policy: Policy | undefined;
}

/** Deployments by API and id; each is made ready once. */
export function createDeployedApis({ deployments }: Store): (apiId: string, id: string) => DeployedApi | undefined {
  const ready = new Map<string, DeployedApi>();
  return (apiId, id) => {
    const key = `${apiId}/${id}`;
    const known = ready.get(key);
    if (known !== undefined) return known;
    const deployment = deployments.get(id, apiId);
    if (deployment === undefined) return undefined;
    const deployed = deploy(deployment.snapshot);
    ready.set(key, deployed);
    return deployed;
  };
}

function deploy(snapshot: Snapshot): DeployedApi {
  const paths = new Map(snapshot.resources.map(({ id, path }) => [id, path]));
  const entries = snapshot.methods.flatMap((method) => {
    const path = paths.get(method.resourceId);
    if (path === undefined) return [];
    return [{ path, method: method.httpMethod, value: { method, validate: compileValidation(method, snapshot) } }];
  });
  const { policy } = snapshot.api;
  return {
    snapshot,
    route: createRouter(entries),
    policy: policy === undefined ? undefined : parsePolicy(policy, 'resource policy'),
  };
}
