import { type ApiGatewayResourceType, badRequest, read, type Reader } from '../../apigateway/index.ts';
import { readThrottle, stageType, type Throttle } from '../../apigateway-v2/index.ts';
import type { Store } from '../documents.ts';

const STAGE_NAME = /^(?:\$default|[A-Za-z0-9_-]{1,128})$/;

/** The stage of an HTTP API, which has throttles for each route beside. */
export function httpStageType(store: Store): ApiGatewayResourceType {
  return stageType(store, (reader, stageName) => {
    if (!STAGE_NAME.test(stageName)) {
      throw badRequest(`A stage is "$default" or letters, digits, hyphens and underscores, not ${stageName}.`);
    }
    return { routeThrottles: readRouteThrottles(reader) };
  });
}

function readRouteThrottles(reader: Reader): Record<string, Throttle> {
  const settings = Object.entries(reader.record('RouteSettings') ?? {});
  return Object.fromEntries(
    settings.map(([routeKey, given]) => [
      routeKey,
      readThrottle(read(`RouteSettings.${routeKey}`, given as Record<string, unknown>)),
    ]),
  );
}
