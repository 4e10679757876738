import {
  type ApiGatewayResourceType,
  badRequest,
  checkFormat,
  conflict,
  define,
  type Reader,
} from '../apigateway/index.ts';
import { readApiId, type Stage, type Store } from './documents.ts';

/** Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigatewayv2-stage.html */
export function stageType(store: Store): ApiGatewayResourceType {
  return define({
    type: 'AWS::ApiGatewayV2::Stage',
    replacing: ['ApiId', 'StageName'],
    save(reader, ref) {
      const apiId = readApiId(reader, store);
      const stageName = reader.required('StageName');
      if (ref === undefined && store.stages.get(stageName, apiId) !== undefined) {
        throw conflict(`Stage already exists: ${stageName}`);
      }
      const stage: Stage = {
        stageName,
        deploymentId: readDeploymentId(reader, store, apiId),
        variables: reader.textMap('StageVariables'),
        throttle: readThrottle(reader),
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
  const autoDeploy = reader.flag('AutoDeploy');
  if (autoDeploy) return undefined;
  if (deploymentId === undefined || store.deployments.get(deploymentId, apiId) === undefined) {
    throw badRequest('A stage needs AutoDeploy, or the DeploymentId of a deployment.');
  }
  return deploymentId;
}

function readThrottle(reader: Reader): Stage['throttle'] {
  const settings = reader.inner('DefaultRouteSettings');
  settings?.accept('DataTraceEnabled', 'DetailedMetricsEnabled', 'LoggingLevel');
  const throttle = {
    rateLimit: settings?.number('ThrottlingRateLimit') ?? -1,
    burstLimit: settings?.number('ThrottlingBurstLimit') ?? -1,
  };
  settings?.done();
  return throttle;
}

function readAccessLog(reader: Reader): Stage['accessLog'] {
  const settings = reader.inner('AccessLogSettings');
  if (settings === undefined) return undefined;
  const accessLog = { destinationArn: settings.required('DestinationArn'), format: settings.required('Format') };
  settings.done();
  checkFormat(accessLog.format);
  return accessLog;
}
