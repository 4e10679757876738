import { describe, expect, it } from '@jest/globals';
import { digestOf } from '../src/template/artefacts-parameter.ts';
import type { Template } from '../src/template/template.ts';

interface Built {
  readonly at?: string;
  readonly version?: string;
  readonly code?: string;
  readonly commit?: string;
  readonly memory?: number;
}

const HASH = 'ktIqjLVO1O2W3DZp9TFGgosqWcdOp7Wk1KivrjpbrU';

function built({
  at = '1795282591355-2026-11-21T17:36:31.355Z',
  version = HASH,
  code = 'c0de',
  commit = 'abc',
  memory = 512,
}: Built): Template {
  return {
    Resources: {
      ApiLambdaFunction: {
        Type: 'AWS::Lambda::Function',
        Properties: {
          Code: { S3Key: `serverless/catalog/dev/${at}/api.zip` },
          MemorySize: memory,
          Environment: { Variables: { COMMIT: commit } },
        },
      },
      [`ApiLambdaVersion${version}`]: { Type: 'AWS::Lambda::Version', Properties: { CodeSha256: code } },
      [`ApiGatewayDeployment${at.slice(0, 13)}`]: { Type: 'AWS::ApiGateway::Deployment', Properties: {} },
    },
    Outputs: { Version: { Value: { Ref: `ApiLambdaVersion${version}` } } },
  };
}

describe('the digest of what is deployed', () => {
  it('is the same for the same code and configuration, independent of build time and commit', () => {
    const again = built({
      at: '1795282699999-2026-11-21T17:38:19.999Z',
      version: HASH.replace('k', 'x'),
      commit: 'def',
    });
    expect(digestOf(again)).toBe(digestOf(built({})));
  });

  it('does not depend on the order in which functions were compiled', () => {
    const { Resources, Outputs } = built({});
    const turned = { Outputs, Resources: Object.fromEntries(Object.entries(Resources).reverse()) } as Template;
    expect(digestOf(turned)).toBe(digestOf(built({})));
  });

  it.each([
    ['code', { code: 'other' }],
    ['configuration', { memory: 1024 }],
  ] as const)('changes with the %s', (_, change) => {
    expect(digestOf(built(change))).not.toBe(digestOf(built({})));
  });
});
