import { describe, expect, it } from '@jest/globals';
import { type DynamoDbMachine, requireDynamoDb } from '../../../src/services/dynamodb/platform.mjs';

const asked: string[] = [];
const registry = (has: boolean) => (specifier: string) => {
  asked.push(specifier);
  return has;
};
const machine = (platform: string, arch: string, isPublished = registry(false)): DynamoDbMachine => ({
  platform,
  arch,
  environment: {},
  isPublished,
});

describe('before anything is installed', () => {
  it.each([
    ['sunos', 'sparc', 'Dynoxide, the DynamoDB emulator, is not published for sunos-sparc.'],
    ['darwin', 'arm64', 'npm has no @dynoxide/darwin-arm64@'],
  ])('a %s-%s machine without an emulator is named, and what works', (platform, arch, message) => {
    const check = (): void => requireDynamoDb(machine(platform, arch));
    expect(check).toThrow(message);
    for (const way of [
      /docker run -p 8000:8000 amazon\/dynamodb-local/,
      /aws-dynamodb-local/,
      /DURE_DYNAMODB_ENDPOINT/,
    ]) {
      expect(check).toThrow(way);
    }
  });

  it('the registry is asked for a package of another platform alone', () => {
    asked.length = 0;
    requireDynamoDb(machine('linux', 'x64'));
    expect(asked).toEqual([]);
    requireDynamoDb(machine('darwin', 'arm64', registry(true)));
    expect(asked).toEqual([expect.stringMatching(/^@dynoxide\/darwin-arm64@\d+\.\d+\.\d+$/)]);
  });

  it('a DynamoDB that the user names is enough', () => {
    const environment = { DURE_DYNAMODB_ENDPOINT: 'http://localhost:8000' };
    expect(() => requireDynamoDb({ ...machine('sunos', 'sparc'), environment })).not.toThrow();
  });
});
