import { describe, expect, it } from '@jest/globals';
import { reasonOf, remedyFor } from '../src/remedy.ts';

const failure = { service: 'orders', stage: 'prod', command: 'deploy' as const };

describe('a failed command', () => {
  it.each([
    ['Error:\nAWS provider credentials not found. Learn how', 'Sign in'],
    ['Error:\nThe security token included in the request is expired', 'The session has ended'],
    ['Error:\nconnect ECONNREFUSED 127.0.0.1:9', 'AWS_ENDPOINT_URL'],
    ['Error:\nUser: arn:aws:sts::1:x is not authorized to perform: lambda:GetFunction', 'docs/deploy.md'],
    ['Error:\nStack:arn is in ROLLBACK_COMPLETE state and can not be updated.', 'npx serverless remove --stage prod'],
    ['Error:\nStack:arn is in UPDATE_IN_PROGRESS state and can not be updated.', 'Wait until it ends'],
    ['Error:\nCREATE_FAILED: Table (AWS::DynamoDB::Table)\ndure-prod-orders already exists', 'how to import it'],
    ['Error:\nDELETE_FAILED: Files (AWS::S3::Bucket)\nThe bucket you tried to delete is not empty', 'names the bucket'],
    ['Error:\nExpiredToken: it is over', 'The session has ended'],
    ['Error:\nsomething (ExpiredTokenException) else', 'The session has ended'],
    ['Error:\nAccess refused (Service: S3, Status Code: 403, Error Code: AccessDenied)', 'lacks a permission'],
    ['Error:\nAccessDeniedException: no', 'lacks a permission'],
    ['Error:\ngetaddrinfo ENOTFOUND orders-prod-bucket.localhost', 'http://127.0.0.1'],
    ['Error:\ngetaddrinfo ENOTFOUND sts.eu-west-1.amazonaws.com', 'AWS_ENDPOINT_URL'],
    ['Error:\nStack:arn is in UPDATE_ROLLBACK_FAILED state and can not be updated.', 'continue-update-rollback'],
    ['Error:\nsomething new', 'cd services/orders && npx serverless deploy --stage prod --verbose'],
  ])('%j has its remedy', (output, remedy) => {
    expect(remedyFor({ ...failure, output })).toContain(remedy);
  });

  const UNKNOWN = 'Try it alone';
  const events = [
    'CREATE_COMPLETE - AWS::ApiGateway::GatewayResponse - ExpiredToken',
    'CREATE_COMPLETE - AWS::ApiGateway::GatewayResponse - AccessDenied',
    'UPDATE_ROLLBACK_COMPLETE - AWS::CloudFormation::Stack - orders-prod',
    '{"responseType":"EXPIRED_TOKEN","code":"ExpiredToken","detail":"The security token is expired"}',
    '{"code":"AccessDenied","detail":"User is not authorized to perform it"}',
    'the queue exists: it already exists; ECONNREFUSED was retried',
  ];

  it.each(events)('is not taken for what it wrote before: %s', (event) => {
    const before = remedyFor({ ...failure, output: `Packaging\n${event}\nError:\nNo room for it` });
    expect(before).toContain(UNKNOWN);
    expect(remedyFor({ ...failure, output: `Packaging\n${event}` })).toContain(UNKNOWN);
  });

  it.each([
    'CREATE_FAILED: ExpiredToken (AWS::ApiGateway::GatewayResponse)\nNo such API',
    'UPDATE_FAILED: AccessDenied (AWS::ApiGateway::GatewayResponse)\nNo such API',
    'The resource GatewayResponseAccessDenied is not supported',
    'The file responses/AccessDenied.json is empty',
    'Rate exceeded while stack is UPDATE_ROLLBACK_COMPLETE',
  ])('is not taken for the name in it: %s', (error) => {
    expect(remedyFor({ ...failure, output: `Error:\n${error}` })).toContain(UNKNOWN);
  });

  it('that names the service to deploy first needs no other remedy', () => {
    const output =
      'orders needs /dure/prod/bus/name: deploy journal first: cd services/journal && npx serverless deploy';
    expect(remedyFor({ ...failure, output })).toBeUndefined();
  });

  it('is shown from its error on, without noise', () => {
    const output = [
      ...['', 'Packaging', 'All functions zipped.', '', 'Error:', 'No room', '  for it', ''],
      ...['× Stack orders-prod failed to deploy (2s)', 'Environment: linux, node 24', 'Docs:        github.com'],
    ].join('\n');
    expect(reasonOf(output)).toBe('Error:\nNo room\n  for it');
    expect(reasonOf('nothing\nthat names it')).toBe('nothing\nthat names it');
    expect(reasonOf(`Error: much\n${'more\n'.repeat(100)}`).split('\n')).toHaveLength(30);
  });
});
