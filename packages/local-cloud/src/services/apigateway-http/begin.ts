import { randomBytes } from 'node:crypto';
import { executeApiHost, type ReceivedRequest } from '../apigateway/index.ts';
import { snapshotOf } from '../apigateway-v2/index.ts';
import { type Stage, type Store, takeSnapshot } from './documents.ts';
import type { ApiExchange } from './exchange.ts';
import { createRouteTable } from './route-table.ts';

export const DEFAULT_STAGE = '$default';

interface Begun {
  readonly apiId: string;
  readonly region: string;
  readonly request: ReceivedRequest;
  /** With the stage that is in it, and the query: `/dev/orders?limit=2`. */
  readonly path: string;
  readonly startedAt: number;
}

/** Finds a request's stage and route. Undefined for an API without a stage for it. */
export function begin(store: Store, { apiId, region, request, path, startedAt }: Begun): ApiExchange | undefined {
  const mark = path.indexOf('?');
  const decoded = decodedPath(mark === -1 ? path : path.slice(0, mark));
  const found = stageOf(store, apiId, decoded);
  const snapshot = found && snapshotOf(store, apiId, found.stage, (id) => takeSnapshot(store, id));
  if (found === undefined || snapshot === undefined) return undefined;
  const { stage, pathInStage } = found;
  const match = createRouteTable(snapshot.routes)(request.method, pathInStage);
  const { stageName, variables } = stage;
  return {
    apiId,
    stage,
    stageName,
    snapshot,
    request,
    startedAt,
    domainName: hostOf(request) ?? executeApiHost(apiId, region),
    stageVariables: variables,
    rawPath: stageName === DEFAULT_STAGE ? pathInStage : `/${stageName}${pathInStage}`,
    rawQueryString: mark === -1 ? '' : path.slice(mark + 1),
    route: match?.route,
    routeKey: match?.route.routeKey ?? '',
    pathParameters: match?.pathParameters ?? {},
    requestId: newRequestId(),
    traceId: traceIdOf(request, startedAt),
  };
}

/** `JKJaXmPLvHcESHA=` */
export const newRequestId = (): string => `${randomBytes(11).toString('base64url')}=`;

/** Source: https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html#xray-concepts-tracingheader */
export function traceIdOf({ headers }: ReceivedRequest, time: number): string {
  const given = headers.get('x-amzn-trace-id')?.at(-1);
  return given ?? `Root=1-${Math.floor(time / 1000).toString(16)}-${randomBytes(12).toString('hex')}`;
}

/** The name by which it was called, without the port. */
const hostOf = ({ headers }: ReceivedRequest): string | undefined => headers.get('host')?.at(-1)?.replace(/:\d+$/, '');

/** HTTP APIs decode paths before they look for a route, and cut them at a question mark that was encoded. */
function decodedPath(sent: string): string {
  const path = sent.replace(/^\/*/, '/');
  try {
    return decodeURIComponent(path).split('?')[0]!;
  } catch {
    return path;
  }
}

/** The stage that the path begins with, or `$default`, which is not in any path. */
function stageOf(store: Store, apiId: string, path: string): { stage: Stage; pathInStage: string } | undefined {
  const [, name = '', rest = ''] = /^\/([^/]*)(.*)$/s.exec(path) ?? [];
  const named = name === DEFAULT_STAGE ? undefined : store.stages.get(name, apiId);
  if (named !== undefined) return { stage: named, pathInStage: rest === '' ? '/' : rest };
  const stage = store.stages.get(DEFAULT_STAGE, apiId);
  return stage && { stage, pathInStage: path };
}
