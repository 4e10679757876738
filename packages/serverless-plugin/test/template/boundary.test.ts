import { describe, expect, it } from '@jest/globals';
import { boundRoles } from '../../src/template/boundary.ts';
import type { Template } from '../../src/template/template.ts';

const ARN = 'arn:aws:iam::123456789012:policy/dure-staging-boundary';

const template = (): Template => ({
  Resources: {
    ApiRole: { Type: 'AWS::IAM::Role', Properties: { Policies: [] } },
    OwnRole: { Type: 'AWS::IAM::Role', Properties: { PermissionsBoundary: 'stricter' } },
    Table: { Type: 'AWS::DynamoDB::Table', Properties: {} },
  },
});

describe('the permissions boundary', () => {
  it("is on every role, and keeps a role's own boundary", () => {
    const bound = template();
    boundRoles(bound, ARN);
    expect(bound.Resources).toEqual({
      ApiRole: { Type: 'AWS::IAM::Role', Properties: { Policies: [], PermissionsBoundary: ARN } },
      OwnRole: { Type: 'AWS::IAM::Role', Properties: { PermissionsBoundary: 'stricter' } },
      Table: { Type: 'AWS::DynamoDB::Table', Properties: {} },
    });
  });

  it.each([undefined, ''])('is on none where the environment says %j', (boundary) => {
    const bound = template();
    boundRoles(bound, boundary);
    expect(bound).toEqual(template());
  });
});
