import { expect, it } from '@jest/globals';
import { labelFunctions } from '../src/gate/label.ts';
import type { Template } from '../src/template/template.ts';
import type { Resource } from '../src/types.ts';

const lambda = (Variables?: Record<string, string>): Resource => ({
  Type: 'AWS::Lambda::Function',
  Properties: Variables === undefined ? {} : { Environment: { Variables } },
});

it("every function of the service shows the release's label, and none is none", () => {
  const template: Template = {
    Resources: { Api: lambda({ SERVICE_NAME: 'seeds' }), Hook: lambda({}), Other: lambda() },
  };
  labelFunctions(template, 'v1_20260101-1');
  expect(template.Resources).toEqual({
    Api: lambda({ SERVICE_NAME: 'seeds', LABEL: 'v1_20260101-1' }),
    ...{ Hook: lambda({}), Other: lambda() },
  });
  labelFunctions(template);
  expect(template.Resources['Api']).toEqual(lambda({ SERVICE_NAME: 'seeds', LABEL: 'none' }));
});
