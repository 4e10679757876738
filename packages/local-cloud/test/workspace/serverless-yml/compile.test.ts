import { afterEach, describe, expect, it } from '@jest/globals';
import { compileTemplate, deploymentHooks } from '../../../src/workspace/compile.ts';
import { type Lab, lab, yml } from './lab.ts';

const labs: Lab[] = [];

afterEach(() => labs.splice(0).forEach((made) => made.remove()));

/** A service with a plugin of its own, whose hooks are given as text of an object; `template` and `service` are there. */
function withPlugin(hooks: string, more = ''): Lab {
  const made = lab({
    'serverless.yml': yml(
      '  a-b: { handler: a.b, environment: { ONE: 1 }, events: [{ schedule: { rate: rate(1 minute), input: { x: "y" } } }] }',
      `plugins: [./plugin.cjs]\n${more}`,
    ),
    'plugin.cjs': `module.exports = class {
      constructor({ service }) {
        const template = () => service.provider.compiledCloudFormationTemplate;
        this.hooks = ${hooks};
      }
    };`,
  });
  labs.push(made);
  return made;
}

describe('a plugin', () => {
  it('makes resources as the service is packaged, before its own are merged', async () => {
    const queue = `template().Resources.Made = { Type: 'AWS::SQS::Queue', Properties: { QueueName: 'made', Gone: null } }`;
    const made = withPlugin(
      `{ 'package:compileFunctions': () => { ${queue} }, 'after:deploy:deploy': () => {} }`,
      'resources:\n  Outputs: { Out: { Value: 1 } }\n  extensions: { Made: { Properties: { DelaySeconds: 3 } } }',
    );
    const serverless = await made.load();
    const { Resources: resources, Outputs: outputs } = await compileTemplate(serverless);
    expect(resources['Made']).toEqual({
      Type: 'AWS::SQS::Queue',
      Properties: { QueueName: 'made', DelaySeconds: 3 },
    });
    expect(outputs).toMatchObject({ Out: { Value: 1 } });
    expect(deploymentHooks(serverless)).toEqual(['after:deploy:deploy']);
  });

  it('changes a function’s role and environment', async () => {
    const made = withPlugin(`{ 'before:package:finalize': () => {
      const { Properties } = template().Resources.ADashbLambdaFunction;
      Properties.Role = { 'Fn::GetAtt': ['Own', 'Arn'] };
      Properties.Environment.Variables.TWO = '2';
      Properties.Tags = [{ Key: 'a', Value: 'b' }];
    } }`);
    const serverless = await made.load();
    const { Resources: resources } = await compileTemplate(serverless);
    expect(Object.keys(resources)).not.toContain('ADashbLambdaFunction');
    expect(serverless.service.functions['a-b']).toMatchObject({
      role: { 'Fn::GetAtt': ['Own', 'Arn'] },
      environment: { ONE: '1', TWO: '2' },
    });
  });

  it('does not change in silence what is not carried out', async () => {
    const made = withPlugin(
      `{ 'after:aws:package:finalize:mergeCustomProviderResources': () => {
        template().Resources.ADashbLambdaFunction.Properties.Layers = ['x'];
      } }`,
    );
    await expect(made.compile()).rejects.toThrow('A plugin or an extension sets Layers of the function a-b');
  });
});

it('topics become the framework’s topics, with their subscriptions', async () => {
  const made = lab({
    'serverless.yml': yml(
      '  f: { handler: a.b, events: [{ sns: told }, { sns: { topicName: filtered, filterPolicy: { kind: [dog] } } }] }',
    ),
  });
  labs.push(made);
  const { Resources: resources } = await made.compile();
  const Endpoint = { 'Fn::GetAtt': ['FLambdaFunction', 'Arn'] };
  expect(resources['SNSTopicTold']?.Properties).toEqual({
    TopicName: 'told',
    Subscription: [{ Endpoint, Protocol: 'lambda' }],
  });
  expect(resources['FSnsSubscriptionFiltered']?.Properties).toMatchObject({
    ...{ Endpoint, Protocol: 'lambda', FilterPolicy: { kind: ['dog'] } },
  });
});

it('schedules become the framework’s rules', async () => {
  const { Resources: resources } = await withPlugin('{}').compile();
  expect(resources['ADashbEventsRuleSchedule1']).toMatchObject({
    Type: 'AWS::Events::Rule',
    Properties: { ScheduleExpression: 'rate(1 minute)', State: 'ENABLED', Targets: [{ Input: '{"x":"y"}' }] },
  });
});
