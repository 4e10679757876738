import {
  type ApiGatewayResourceType,
  badRequest,
  checkFormat,
  conflict,
  define,
  type Reader,
} from '../apigateway/index.ts';
import { type AccessLog, type CommonStage, readApiId, type StageStore, type Throttle } from './documents.ts';

/**
 * A stage, with what its kind of API has beside.
 * Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigatewayv2-stage.html
 * @param own reads that, and checks the name
 */
export function stageType<Snapshot, Stage extends CommonStage>(
  store: StageStore<Snapshot, Stage>,
  own: (reader: Reader, stageName: string) => Omit<Stage, keyof CommonStage>,
): ApiGatewayResourceType {
  return define({
    type: 'AWS::ApiGatewayV2::Stage',
    replacing: ['ApiId', 'StageName'],
    save(reader, ref) {
      const apiId = readApiId(reader, store);
      const stageName = reader.required('StageName');
      const beside = own(reader, stageName);
      if (ref === undefined && store.stages.get(stageName, apiId) !== undefined) {
        throw conflict(`Stage already exists: ${stageName}`);
      }
      const common: CommonStage = {
        stageName,
        deploymentId: readDeploymentId(reader, store, apiId),
        variables: reader.textMap('StageVariables'),
        throttle: readThrottle(reader.inner('DefaultRouteSettings')),
        accessLog: readAccessLog(reader),
      };
      reader.accept('Description', 'Tags');
      reader.done();
      store.stages.put(stageName, { ...beside, ...common } as Stage, apiId);
      return { ref: stageName, attributes: {} };
    },
    remove: (stageName, { ApiId: apiId }) => void store.stages.delete(stageName, String(apiId)),
  });
}

function readDeploymentId(
  reader: Reader,
  { deployments }: Pick<StageStore<unknown, CommonStage>, 'deployments'>,
  apiId: string,
): string | undefined {
  const deploymentId = reader.text('DeploymentId');
  if (reader.flag('AutoDeploy')) return undefined;
  if (deploymentId === undefined || deployments.get(deploymentId, apiId) === undefined) {
    throw badRequest('A stage needs AutoDeploy, or the DeploymentId of a deployment.');
  }
  return deploymentId;
}

export function readThrottle(settings: Reader | undefined): Throttle {
  settings?.accept('DataTraceEnabled', 'DetailedMetricsEnabled', 'LoggingLevel');
  const throttle = {
    rateLimit: settings?.number('ThrottlingRateLimit') ?? -1,
    burstLimit: settings?.number('ThrottlingBurstLimit') ?? -1,
  };
  settings?.done();
  return throttle;
}

function readAccessLog(reader: Reader): AccessLog | undefined {
  const settings = reader.inner('AccessLogSettings');
  if (settings === undefined) return undefined;
  const accessLog = { destinationArn: settings.required('DestinationArn'), format: settings.required('Format') };
  settings.done();
  checkFormat(accessLog.format);
  return accessLog;
}
