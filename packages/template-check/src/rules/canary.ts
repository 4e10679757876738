import { aliasedFunctions, aliases, deploymentHooks, hookOf } from '../aliases.ts';
import { asynchronousInvocations, mappings } from '../queues.ts';
import { referencesIn, targetOf } from '../references.ts';
import type { Rule, Subject, Violation } from '../rule.ts';
import { at, list, ofType } from '../template.ts';
import type { Json, Template } from '../template.ts';

const TRAFFIC_SHIFTING =
  'https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-updatepolicy.html#cfn-attributes-updatepolicy-codedeploylambdaaliasupdate';
const DEPLOYMENT_GROUP =
  'https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-codedeploy-deploymentgroup.html';

export const canaryRules: readonly Rule[] = [
  canaryRule({
    id: 'canary-alias',
    title: 'In stages with gradual deployments every function has an alias',
    why: 'Traffic is shifted between the versions of an alias.',
    source: TRAFFIC_SHIFTING,
    *check({ template }) {
      const aliased = aliasedFunctions(template);
      const hooks = deploymentHooks(template);
      for (const { id } of ofType(template, 'AWS::Lambda::Function')) {
        if (aliased.has(id) || hooks.has(id)) continue;
        yield { resource: id, path: 'Properties', right: 'An AWS::Lambda::Alias of its version.' };
      }
    },
  }),
  canaryRule({
    id: 'canary-shift',
    title: 'CodeDeploy shifts an alias, after the health check',
    why: 'A release that does not answer must get no traffic.',
    source: TRAFFIC_SHIFTING,
    *check({ template }) {
      for (const alias of aliases(template)) {
        const update = at(alias.resource.UpdatePolicy, 'CodeDeployLambdaAliasUpdate');
        const application = isOfType(template, at(update, 'ApplicationName'), 'AWS::CodeDeploy::Application');
        const group = isOfType(template, at(update, 'DeploymentGroupName'), 'AWS::CodeDeploy::DeploymentGroup');
        if (application && group && hookOf(template, alias) !== undefined) continue;
        const right = 'An ApplicationName, a DeploymentGroupName and a BeforeAllowTrafficHook of the template.';
        yield { resource: alias.id, path: 'UpdatePolicy.CodeDeployLambdaAliasUpdate', right };
      }
    },
  }),
  canaryRule({
    id: 'canary-roll-back',
    title: 'A deployment is gradual, and alarms roll it back',
    why: 'No person has to watch it or react quickly.',
    source: DEPLOYMENT_GROUP,
    *check({ template }) {
      for (const { id, properties } of ofType(template, 'AWS::CodeDeploy::DeploymentGroup')) {
        yield* deploymentGroupViolations(template, id, properties);
      }
    },
  }),
  canaryRule({
    id: 'canary-traffic',
    title: 'Callers of a function call its alias',
    why: 'A call of the function itself goes to the newest version at once, past the gradual shift.',
    source: 'https://docs.aws.amazon.com/lambda/latest/dg/configuration-aliases.html',
    *check({ template }) {
      const aliased = aliasedFunctions(template);
      for (const { resource, path, value } of invocations(template)) {
        const direct = referencesIn(value).find(({ id }) => aliased.has(id));
        if (direct === undefined) continue;
        yield { resource, path, right: `The alias of ${direct.id}, not the function itself.` };
      }
    },
  }),
];

/** Skips stages without gradual deployments. */
function canaryRule(rule: Rule): Rule {
  return { ...rule, check: (subject: Subject) => (subject.facts.canary ? rule.check(subject) : []) };
}

function isOfType(template: Template, value: Json | undefined, type: string): boolean {
  return template.Resources[targetOf(template, value) ?? '']?.Type === type;
}

function* deploymentGroupViolations(
  template: Template,
  resource: string,
  properties: Readonly<Record<string, Json>>,
): Iterable<Violation> {
  if (!/(Canary|Linear)/.test(String(properties['DeploymentConfigName']))) {
    yield { resource, path: 'Properties.DeploymentConfigName', right: 'A canary or linear configuration for Lambda.' };
  }
  const style = properties['DeploymentStyle'];
  if (at(style, 'DeploymentOption') !== 'WITH_TRAFFIC_CONTROL' || at(style, 'DeploymentType') !== 'BLUE_GREEN') {
    yield { resource, path: 'Properties.DeploymentStyle', right: 'BLUE_GREEN and WITH_TRAFFIC_CONTROL.' };
  }
  const alarms = properties['AlarmConfiguration'];
  const watched = list(at(alarms, 'Alarms')).filter((it) => isAlarm(template, at(it, 'Name')));
  if (at(alarms, 'Enabled') !== true || watched.length === 0) {
    yield { resource, path: 'Properties.AlarmConfiguration', right: 'Enabled: true, with alarms of the template.' };
  }
  const rollBack = properties['AutoRollbackConfiguration'];
  const events = list(at(rollBack, 'Events'));
  const needed = ['DEPLOYMENT_FAILURE', 'DEPLOYMENT_STOP_ON_ALARM'];
  if (at(rollBack, 'Enabled') !== true || !needed.every((event) => events.includes(event))) {
    yield {
      resource,
      path: 'Properties.AutoRollbackConfiguration',
      right: `Enabled: true, Events: ${needed.join(', ')}.`,
    };
  }
}

function isAlarm(template: Template, name: Json | undefined): boolean {
  if (isOfType(template, name, 'AWS::CloudWatch::Alarm')) return true;
  return ofType(template, 'AWS::CloudWatch::Alarm').some(({ properties }) => properties['AlarmName'] === name);
}

/** Every reference that invokes a function. */
function invocations(template: Template) {
  const byMethods = ofType(template, 'AWS::ApiGateway::Method').map(({ id, properties }) => ({
    ...{ resource: id, path: 'Properties.Integration.Uri' },
    value: at(properties, 'Integration', 'Uri') ?? null,
  }));
  const byMappings = mappings(template).map(({ entry }) => ({
    ...{ resource: entry.id, path: 'Properties.FunctionName' },
    value: entry.properties['FunctionName'] ?? null,
  }));
  const byEvents = asynchronousInvocations(template).map(({ entry, invoked }) => ({
    ...{ resource: entry.id, path: 'Properties' },
    value: invoked,
  }));
  const byStates = ofType(template, 'AWS::StepFunctions::StateMachine').map(({ id, properties }) => ({
    ...{ resource: id, path: 'Properties.DefinitionSubstitutions' },
    value: properties['DefinitionSubstitutions'] ?? null,
  }));
  return [...byMethods, ...byMappings, ...byEvents, ...byStates];
}
