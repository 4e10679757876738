import type { Deployment, Snapshot, Stage } from '../documents.ts';
import type { ApiGatewayResourceType } from '../index.ts';
import { badRequest, read } from '../reader.ts';
import { NO_SETTINGS, readStageSettings } from '../stage-settings.ts';
import { newId, type Store } from '../store.ts';
import { conflict, define, readApiId, type ResourceContext } from './define.ts';

const STAGE_NAME = /^[A-Za-z0-9_-]{1,128}$/;

/**
 * A deployment is a picture of its API at that moment; what is changed later has no effect until the next one.
 * Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigateway-deployment.html
 */
export function deploymentType(context: ResourceContext): ApiGatewayResourceType {
  const { store, now } = context;
  return define({
    type: 'AWS::ApiGateway::Deployment',
    replacing: ['RestApiId', 'DeploymentCanarySettings'],
    save(reader, ref) {
      const apiId = readApiId(reader, context);
      const stageName = reader.text('StageName');
      const stageDescription = reader.record('StageDescription');
      const description = reader.text('Description');
      reader.done();
      const existing = ref === undefined ? undefined : store.deployments.get(ref, apiId);
      const settings =
        stageDescription === undefined ? undefined : settingsOf(read('Deployment.StageDescription', stageDescription));
      const snapshot = existing?.snapshot ?? takeSnapshot(store, apiId);
      if (snapshot.methods.length === 0) throw badRequest("The REST API doesn't contain any methods");
      const id = existing?.id ?? newId(6);
      const deployment: Deployment = { id, description, createdDate: existing?.createdDate ?? now(), snapshot };
      const stage = stageName === undefined ? undefined : store.stages.get(checkName(stageName), apiId);
      store.deployments.put(id, deployment, apiId);
      if (stageName !== undefined) {
        const time = now();
        const base = stage ?? { ...NO_SETTINGS, stageName, createdDate: time, ofDeployment: true };
        store.stages.put(stageName, { ...base, ...settings, deploymentId: id, lastUpdatedDate: time }, apiId);
      }
      return { ref: id, attributes: { DeploymentId: id } };
    },
    remove(id, { RestApiId }) {
      const apiId = String(RestApiId);
      const active = store.stages.list(apiId).filter((stage) => stage.deploymentId === id);
      if (active.some((stage) => !stage.ofDeployment)) {
        throw badRequest('Active stages pointing to this deployment must be moved or deleted');
      }
      for (const stage of active) store.stages.delete(stage.stageName, apiId);
      store.deployments.delete(id, apiId);
    },
  });
}

/** Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-apigateway-stage.html */
export function stageType(context: ResourceContext): ApiGatewayResourceType {
  const { store, now } = context;
  return define({
    type: 'AWS::ApiGateway::Stage',
    replacing: ['RestApiId', 'StageName'],
    save(reader, ref) {
      const apiId = readApiId(reader, context);
      const stageName = checkName(reader.required('StageName'));
      const deploymentId = reader.required('DeploymentId');
      if (store.deployments.get(deploymentId, apiId) === undefined) {
        throw badRequest(`Deployment id does not exist: ${deploymentId}`);
      }
      const existing = store.stages.get(stageName, apiId);
      if (ref === undefined && existing !== undefined) throw conflict(`Stage already exists: ${stageName}`);
      const settings = readStageSettings(reader);
      reader.done();
      const createdDate = existing?.createdDate ?? now();
      const stage: Stage = {
        ...settings,
        stageName,
        deploymentId,
        createdDate,
        lastUpdatedDate: now(),
        ofDeployment: false,
      };
      store.stages.put(stageName, stage, apiId);
      return { ref: stageName, attributes: {} };
    },
    remove: (stageName, { RestApiId: apiId }) => void store.stages.delete(stageName, String(apiId)),
  });
}

export function takeSnapshot(store: Store, apiId: string): Snapshot {
  return {
    api: store.restApis.get(apiId)!,
    resources: store.resources.list(apiId),
    methods: store.methods.list(apiId),
    models: store.models.list(apiId),
    validators: store.validators.list(apiId),
    gatewayResponses: store.gatewayResponses.list(apiId),
    authorizers: store.authorizers.list(apiId),
  };
}

function settingsOf(reader: ReturnType<typeof read>): ReturnType<typeof readStageSettings> {
  const settings = readStageSettings(reader);
  reader.done();
  return settings;
}

function checkName(stageName: string): string {
  if (STAGE_NAME.test(stageName)) return stageName;
  throw badRequest(`A stage's name has letters, digits, hyphens and underscores only: ${stageName}`);
}
