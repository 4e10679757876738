import { type ApiGatewayResourceType, badRequest, define, newId } from '../apigateway/index.ts';
import { type CommonStage, readApiId, type StageStore } from './documents.ts';

/** Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigatewayv2-deployment.html */
export function deploymentType<Snapshot extends { readonly routes: readonly unknown[] }, Stage extends CommonStage>(
  store: StageStore<Snapshot, Stage>,
  takeSnapshot: (apiId: string) => Snapshot,
): ApiGatewayResourceType {
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
      const snapshot = store.deployments.get(id, apiId)?.snapshot ?? takeSnapshot(apiId);
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
