import { describe, expect, it } from '@jest/globals';
import type { FunctionConfig, Statement } from '../src/types.ts';
import { wildcards } from '../src/wildcards.ts';
import { expand } from './fixture.ts';

const allows = (action: string, arn: string) =>
  wildcards.some(({ actions, resource }) => actions.includes(action) && resource.test(arn));

const functions: Record<string, FunctionConfig> = {
  api: { endpoints: ['GetStock'], table: 'readWrite' },
  commands: { consumes: ['ReserveStock.v1'], table: 'readWrite' },
  relay: { relay: true },
  sweep: { events: [{ schedule: 'rate(1 minute)' }], table: 'read' },
};

function statements(): Statement[] {
  const { resources } = expand(functions, { dure: { indexes: [{ name: 'open', pk: 'a' }] } });
  const roles = Object.values(resources).filter(({ Type }) => Type === 'AWS::IAM::Role');
  return roles.flatMap(({ Properties }) =>
    (Properties['Policies'] as unknown as { PolicyDocument: { Statement: Statement[] } }[]).flatMap(
      ({ PolicyDocument }) => PolicyDocument.Statement,
    ),
  );
}

/** The ARN as text; what refers to a resource is none. */
const textOf = (resource: unknown): string =>
  typeof resource === 'object' && resource !== null && 'Fn::Sub' in resource
    ? String(resource['Fn::Sub'])
    : typeof resource === 'string'
      ? resource
      : JSON.stringify(resource);

describe('wildcards', () => {
  it('are all that the plugin’s roles have', () => {
    const wild = statements().flatMap(({ Action, Resource }) =>
      [Action].flat().flatMap((action) => [[action, textOf(Resource)] as const]),
    );
    const starred = wild.filter(([, arn]) => arn.includes('*'));
    expect(starred.length).toBeGreaterThan(0);
    expect(starred.filter(([action, arn]) => !allows(action, arn))).toEqual([]);
  });

  const here = 'arn:${AWS::Partition}:sqs:${AWS::Region}:${AWS::AccountId}';
  it.each([
    ['xray:PutTraceSegments', '*', true],
    ['dynamodb:GetItem', '*', false],
    ['sqs:ReceiveMessage', `${here}:dure-dev-*-dlq`, true],
    ['sqs:ReceiveMessage', `${here}:dure-dev-*`, false],
    ['sqs:DeleteMessage', `${here}:*`, false],
    ['lambda:InvokeFunction', `${here.replace(':sqs:', ':lambda:')}:function:*-dev-*`, true],
    ['lambda:InvokeFunction', `${here.replace(':sqs:', ':lambda:')}:function:*`, false],
    ['sqs:ListQueues', 'arn:aws:sqs:*:*:*', false],
    ['events:PutEvents', 'arn:${AWS::Partition}:events:${AWS::Region}:${AWS::AccountId}:rule/*', false],
  ])('%s on %s: %p', (action, arn, allowed) => {
    expect(allows(action, arn)).toBe(allowed);
  });

  it('each have a reason and AWS’s page', () => {
    for (const { reason, source } of wildcards) {
      expect(reason).toMatch(/^[A-Z].{20,}\.$/);
      expect(source).toMatch(/^https:\/\/docs\.aws\.amazon\.com\//);
    }
  });
});
