import type { MethodSetting, Stage } from '../documents.ts';
import { badRequest, notFound, read } from '../reader.ts';
import { conflict, type ResourceContext } from '../resource-types/define.ts';
import { checkFormat, NO_SETTINGS } from '../stage-settings.ts';
import {
  patchOperations,
  refusePatch,
  seconds,
  type ControlCall,
  type ControlRoutes,
  type PatchOperation,
} from './route.ts';

export function stageRoutes({ store, now }: ResourceContext): ControlRoutes {
  const find = ({ params }: ControlCall): Stage => {
    const stage = store.stages.get(params['stageName'] ?? '', params['restApiId']);
    if (stage === undefined) throw notFound('Invalid stage identifier specified');
    return stage;
  };
  const apiIdOf = ({ params }: ControlCall): string => {
    const apiId = params['restApiId'] ?? '';
    if (store.restApis.get(apiId) === undefined) throw notFound(`Invalid API identifier specified: ${apiId}`);
    return apiId;
  };
  const requireDeployment = (id: string, apiId: string): string => {
    if (store.deployments.get(id, apiId) === undefined) throw badRequest(`Deployment id does not exist: ${id}`);
    return id;
  };

  return {
    'GET /restapis/{restApiId}/stages'(call) {
      const deploymentId = call.query.get('deploymentId');
      const stages = store.stages.list(apiIdOf(call));
      return {
        body: {
          item: stages.filter((stage) => deploymentId === null || stage.deploymentId === deploymentId).map(view),
        },
      };
    },
    'POST /restapis/{restApiId}/stages'(call) {
      const apiId = apiIdOf(call);
      const reader = read('CreateStage', call.body);
      const stageName = reader.required('stageName');
      const stage: Stage = {
        ...NO_SETTINGS,
        stageName,
        deploymentId: requireDeployment(reader.required('deploymentId'), apiId),
        description: reader.text('description'),
        variables: reader.textMap('variables'),
        tracingEnabled: reader.flag('tracingEnabled'),
        tags: reader.textMap('tags'),
        createdDate: now(),
        lastUpdatedDate: now(),
        ofDeployment: false,
      };
      reader.done();
      if (store.stages.get(stageName, apiId) !== undefined) throw conflict(`Stage already exists: ${stageName}`);
      store.stages.put(stageName, stage, apiId);
      return { status: 201, body: view(stage) };
    },
    'GET /restapis/{restApiId}/stages/{stageName}': (call) => ({ body: view(find(call)) }),
    'PATCH /restapis/{restApiId}/stages/{stageName}'(call) {
      const patched = patchOperations(call).reduce(patch, find(call));
      const apiId = apiIdOf(call);
      requireDeployment(patched.deploymentId, apiId);
      const format = patched.accessLogSettings?.format ?? '';
      if (format !== '') checkFormat(format);
      const stage = { ...patched, lastUpdatedDate: now() };
      store.stages.put(stage.stageName, stage, apiId);
      return { body: view(stage) };
    },
  };
}

const METHOD_SETTING = /^\/([^/]+\/[^/]+)\/([a-z]+\/[A-Za-z]+)$/;

/** Source: https://docs.aws.amazon.com/apigateway/latest/api/API_UpdateStage.html */
function patch(stage: Stage, operation: PatchOperation): Stage {
  const { op, path, value } = operation;
  if (op === 'remove') {
    if (path === '/accessLogSettings') return { ...stage, accessLogSettings: undefined };
    if (path.startsWith('/variables/')) return { ...stage, variables: without(stage.variables, path.slice(11)) };
    if (stage.methodSettings[path.slice(1)] === undefined) refusePatch(operation);
    return { ...stage, methodSettings: without(stage.methodSettings, path.slice(1)) };
  }
  if (path === '/tracingEnabled') return { ...stage, tracingEnabled: value === 'true' };
  if (path === '/description') return { ...stage, description: value };
  if (path === '/deploymentId') return { ...stage, deploymentId: value };
  if (path.startsWith('/variables/')) return { ...stage, variables: { ...stage.variables, [path.slice(11)]: value } };
  if (path === '/accessLogSettings/destinationArn' || path === '/accessLogSettings/format') {
    const settings = { destinationArn: '', format: '', ...stage.accessLogSettings };
    return { ...stage, accessLogSettings: { ...settings, [path.slice('/accessLogSettings/'.length)]: value } };
  }
  const [, method = '', name = ''] = METHOD_SETTING.exec(path) ?? [];
  const setting = methodSetting(name, value) ?? refusePatch(operation);
  const { methodSettings } = stage;
  return { ...stage, methodSettings: { ...methodSettings, [method]: { ...methodSettings[method], ...setting } } };
}

function methodSetting(name: string, value: string): MethodSetting | undefined {
  switch (name) {
    case 'metrics/enabled':
      return { metricsEnabled: value === 'true' };
    case 'logging/dataTrace':
      return { dataTraceEnabled: value === 'true' };
    case 'logging/loglevel':
      return { loggingLevel: value };
    case 'throttling/rateLimit':
      return { throttlingRateLimit: numberOf(value) };
    case 'throttling/burstLimit':
      return { throttlingBurstLimit: numberOf(value) };
    default:
      return undefined;
  }
}

function numberOf(value: string): number {
  const number = Number(value);
  if (value === '' || Number.isNaN(number))
    throw badRequest(`Invalid patch value specified: ${value}. It must be a number.`);
  return number;
}

function without<Value>(record: Readonly<Record<string, Value>>, name: string): Record<string, Value> {
  return Object.fromEntries(Object.entries(record).filter(([key]) => key !== name));
}

function view({ ofDeployment: _of, createdDate, lastUpdatedDate, ...stage }: Stage): object {
  return {
    ...stage,
    createdDate: seconds(createdDate),
    lastUpdatedDate: seconds(lastUpdatedDate),
    cacheClusterEnabled: false,
    cacheClusterStatus: 'NOT_AVAILABLE',
  };
}
