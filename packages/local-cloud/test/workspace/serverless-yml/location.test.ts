import { afterEach, expect, it } from '@jest/globals';
import { resourceLocator } from '../../../src/workspace/serverless-yml/location.ts';
import { type Lab, lab, yml } from './lab.ts';

const labs: Lab[] = [];
afterEach(() => labs.splice(0).forEach((made) => made.remove()));

const resources = (text: string): string => yml('  a: { handler: a.b }', text);

it.each([
  [
    'one part',
    'resources:\n  Resources:\n    Q:\n      Type: AWS::SQS::Queue\n      Properties:\n        Delay: 1',
    8,
    11,
  ],
  ['a list', 'resources:\n  - Conditions: {}\n  - Resources:\n      Q:\n        Properties: { Delay: 1 }', 9, 10],
])('a resource and its property have a place where the resources are %s', (_what, text, resource, property) => {
  const { folder } = labs[labs.push(lab({ 'serverless.yml': resources(text) })) - 1]!;
  const locate = resourceLocator(folder, 'serverless.yml');
  expect(locate('Q', [])).toBe(`serverless.yml:${resource}`);
  expect(locate('Q', ['Properties', 'Delay'])).toBe(`serverless.yml:${property}`);
});

it('what an event, a plugin or another file makes has no place', () => {
  const { folder } = labs[labs.push(lab({ 'serverless.yml': resources('resources: ${file(more.yml)}') })) - 1]!;
  expect(resourceLocator(folder, 'serverless.yml')('Q', [])).toBeUndefined();
  expect(resourceLocator(folder, 'serverless.ts')('Q', [])).toBeUndefined();
});
