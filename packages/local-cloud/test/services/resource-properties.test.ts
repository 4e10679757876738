import { expect, it } from '@jest/globals';
import type { ResourceType } from '@dure/cloudformation';
import { createResourceTypes, type ResourceTypeParts } from '../../src/services/resource-types.ts';
import { lambdaResourceTypes } from '../../src/services/lambda/resource-types/index.ts';

/** A check of properties needs nothing of a service: whatever it asks for is there and does nothing. */
const nothing: never = new Proxy(() => nothing, { get: () => nothing }) as never;
const parts = { region: 'us-east-1', accountId: '000000000000', log: () => {} } as Partial<ResourceTypeParts>;
const withNothing = new Proxy(parts, {
  get: (given, name) => (name in given ? Reflect.get(given, name) : nothing),
}) as ResourceTypeParts;

/** Whose properties are checked when the resource is made, since what is known depends on the kind of source. */
const CHECKED_WHEN_MADE = ['AWS::Lambda::EventSourceMapping'];

/** The types that take a property which CloudFormation does not have, in silence. */
function silentTypes(types: Iterable<readonly [string, ResourceType]>): string[] {
  return [...types].flatMap(([name, type]) => {
    const given = { NoSuchProperty: 1 };
    try {
      type.check(type.enforced?.(given) ?? given);
      return [name];
    } catch (error) {
      return String(error).includes('NoSuchProperty') ? [] : [`${name}: ${String(error)}`];
    }
  });
}

const types = () => createResourceTypes(withNothing, lambdaResourceTypes(nothing));

it('every type refuses a property that is not known, whether it has an effect or not', () => {
  expect(types().size).toBeGreaterThan(30);
  expect(silentTypes(types())).toEqual(CHECKED_WHEN_MADE);
});

it('a type that takes any property would be found', () => {
  const { create, remove } = types().get('AWS::SQS::QueuePolicy')!;
  const planted: ResourceType = { check() {}, enforced: () => ({}), create, remove };
  expect(silentTypes([['Planted', planted]])).toEqual(['Planted']);
});
