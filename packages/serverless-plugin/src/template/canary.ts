import { alias, application, codeDeployRole, deploymentGroup, hookRole } from '../canary/code-deploy.ts';
import type { ShiftedFunction } from '../canary/code-deploy.ts';
import { hookCode } from '../canary/hook-code.ts';
import { aliasId, callAliases } from '../canary/live-alias.ts';
import { guardsOf } from '../canary/guards.ts';
import { logicalId, resourceName } from '../names.ts';
import { ConfigurationError } from '../types.ts';
import type { FunctionConfig, Resource } from '../types.ts';
import type { Template, TemplateContext } from './template.ts';

const [APPLICATION, ROLE] = ['CanaryApplication', 'CanaryRole'];
const [HOOK, HOOK_ROLE, HOOK_LOG_GROUP] = ['CanaryHookLambdaFunction', 'CanaryHookRole', 'CanaryHookLogGroup'];
const HOOK_TIMEOUT_SECONDS = 60;

/** Settings for which the framework creates an alias. */
const OWN_ALIAS = ['provisionedConcurrency', 'snapStart', 'durableConfig'];

/**
 * In a stage with gradual deployments, CodeDeploy shifts each function's traffic to its new version: all callers use an
 * alias, the function's alarms guard it, and a hook checks the version first. Other stages are unchanged.
 */
export function addCanary({ Resources }: Template, context: TemplateContext): void {
  const shift = context.dure.canary?.[context.stage];
  if (shift === undefined) return;
  const functions = shiftedFunctions(Resources, context, shift);
  const aliases = new Map(functions.map(({ id, key }) => [id, aliasId(key)]));
  for (const [id, resource] of Object.entries(Resources)) Resources[id] = callAliases(resource, aliases);
  Object.assign(Resources, {
    [APPLICATION]: application(resourceName(context)),
    [ROLE]: codeDeployRole(functions, HOOK),
    ...hook(functions, Resources, context),
  });
  for (const it of functions) {
    const group = logicalId(it.key, 'DeploymentGroup');
    Resources[group] = deploymentGroup(it, shift, { application: APPLICATION, role: ROLE });
    Resources[aliasId(it.key)] = alias(it, { application: APPLICATION, group, hook: HOOK });
  }
}

function shiftedFunctions(
  resources: Template['Resources'],
  context: TemplateContext,
  shift: string,
): ShiftedFunction[] {
  const versions = Object.entries(resources).filter(([, { Type }]) => Type === 'AWS::Lambda::Version');
  return Object.entries(context.functions).map(([key, config]) => {
    refuseOwnAlias(key, config);
    const [id] = Object.entries(resources).find(([, it]) => isFunction(it, config.name)) ?? [];
    const [version] = versions.find(([, it]) => (it.Properties['FunctionName'] as { Ref?: string }).Ref === id) ?? [];
    if (config.name === undefined || id === undefined || version === undefined) {
      throw new Error(`functions.${key} has no version in the template.`);
    }
    const shifted = { key, name: config.name, id, version, isHttp: config.endpoints !== undefined };
    // Traffic that shifts at once cannot be rolled back in time, and an alarm must not stop the fix.
    return { ...shifted, guards: shift === 'AllAtOnce' ? [] : guardsOf(shifted, resources, context) };
  });
}

function refuseOwnAlias(key: string, config: FunctionConfig): void {
  const own = OWN_ALIAS.find((setting) => setting in config);
  if (own === undefined) return;
  throw new ConfigurationError(
    `functions.${key}: "${own}" creates its own alias, but traffic is shifted by another: ` +
      'take the stage out of custom.dure.canary.',
  );
}

const isFunction = ({ Type, Properties }: Resource, name: string | undefined): boolean =>
  Type === 'AWS::Lambda::Function' && Properties['FunctionName'] === name;

function hook(
  functions: readonly ShiftedFunction[],
  resources: Template['Resources'],
  context: TemplateContext,
): Record<string, Resource> {
  const { Runtime = null, Architectures = null } = resources[functions[0]?.id ?? '']?.Properties ?? {};
  const name = `${context.service}-${context.stage}-canaryHook`;
  const http = functions.filter(({ isHttp }) => isHttp).map((it) => it.name);
  return {
    [HOOK_LOG_GROUP]: {
      Type: 'AWS::Logs::LogGroup',
      Properties: { LogGroupName: `/aws/lambda/${name}`, RetentionInDays: context.logRetentionInDays },
    },
    [HOOK_ROLE]: hookRole(name, functions, APPLICATION),
    [HOOK]: {
      Type: 'AWS::Lambda::Function',
      Properties: {
        FunctionName: name,
        Description: 'Looks whether a new version is well before it gets any traffic',
        Handler: 'index.handler',
        Code: { ZipFile: hookCode() },
        ...{ Runtime, Architectures },
        MemorySize: 256,
        Timeout: HOOK_TIMEOUT_SECONDS,
        TracingConfig: { Mode: 'Active' },
        Role: { 'Fn::GetAtt': [HOOK_ROLE, 'Arn'] },
        Environment: { Variables: { HTTP_FUNCTIONS: http.join(',') } },
      },
      DependsOn: [HOOK_LOG_GROUP],
    },
  };
}
