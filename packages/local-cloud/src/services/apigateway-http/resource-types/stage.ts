import {
  type ApiGatewayResourceType,
  badRequest,
  checkFormat,
  conflict,
  define,
  newId,
  read,
  type Reader,
} from '../../apigateway/index.ts';
import { readApiId, type Stage, type Store, takeSnapshot, type Throttle } from '../documents.ts';

const STAGE_NAME = /^(?:\$default|[A-Za-z0-9_-]{1,128})$/;

/** Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigatewayv2-stage.html */
export function stageType(store: Store): ApiGatewayResourceType {
  return define({
    type: 'AWS::ApiGatewayV2::Stage',
    replacing: ['ApiId', 'StageName'],
    save(reader, ref) {
      const apiId = readApiId(reader, store);
      const stageName = reader.required('StageName');
      if (!STAGE_NAME.test(stageName)) {
        throw badRequest(`A stage is "$default" or letters, digits, hyphens and underscores, not ${stageName}.`);
      }
      if (ref === undefined && store.stages.get(stageName, apiId) !== undefined) {
        throw conflict(`Stage already exists: ${stageName}`);
      }
      const stage: Stage = {
        stageName,
        deploymentId: readDeploymentId(reader, store, apiId),
        variables: reader.textMap('StageVariables'),
        throttle: readThrottle(reader.inner('DefaultRouteSettings')),
        routeThrottles: readRouteThrottles(reader),
        accessLog: readAccessLog(reader),
      };
      reader.accept('Description', 'Tags');
      reader.done();
      store.stages.put(stageName, stage, apiId);
      return { ref: stageName, attributes: {} };
    },
    remove: (stageName, { ApiId: apiId }) => void store.stages.delete(stageName, String(apiId)),
  });
}

function readDeploymentId(reader: Reader, store: Store, apiId: string): string | undefined {
  const deploymentId = reader.text('DeploymentId');
  if (reader.flag('AutoDeploy')) return undefined;
  if (deploymentId === undefined || store.deployments.get(deploymentId, apiId) === undefined) {
    throw badRequest('A stage needs AutoDeploy, or the DeploymentId of a deployment.');
  }
  return deploymentId;
}

function readThrottle(settings: Reader | undefined): Throttle {
  settings?.accept('DataTraceEnabled', 'DetailedMetricsEnabled', 'LoggingLevel');
  const throttle = {
    rateLimit: settings?.number('ThrottlingRateLimit') ?? -1,
    burstLimit: settings?.number('ThrottlingBurstLimit') ?? -1,
  };
  settings?.done();
  return throttle;
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

function readAccessLog(reader: Reader): Stage['accessLog'] {
  const settings = reader.inner('AccessLogSettings');
  if (settings === undefined) return undefined;
  const accessLog = { destinationArn: settings.required('DestinationArn'), format: settings.required('Format') };
  settings.done();
  checkFormat(accessLog.format);
  return accessLog;
}

/** Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigatewayv2-deployment.html */
export function deploymentType(store: Store): ApiGatewayResourceType {
  return define({
    type: 'AWS::ApiGatewayV2::Deployment',
    replacing: ['ApiId'],
    save(reader, ref) {
      const apiId = readApiId(reader, store);
      const id = ref ?? newId(6);
      if (reader.text('StageName') !== undefined) {
        throw badRequest('StageName of a deployment is not supported here: declare an AWS::ApiGatewayV2::Stage.');
      }
      reader.accept('Description');
      reader.done();
      const snapshot = store.deployments.get(id, apiId)?.snapshot ?? takeSnapshot(store, apiId);
      if (snapshot.routes.length === 0) throw badRequest('At least one route is required before deploying the Api.');
      store.deployments.put(id, { id, snapshot }, apiId);
      return { ref: id, attributes: { DeploymentId: id } };
    },
    remove(id, { ApiId }) {
      const apiId = String(ApiId);
      if (store.stages.list(apiId).some(({ deploymentId }) => deploymentId === id)) {
        throw badRequest('Active stages pointing to this deployment must be moved or deleted');
      }
      store.deployments.delete(id, apiId);
    },
  });
}
