import type { Resource, Template } from '../../src/template.ts';
import { apiResources } from './api.ts';
import { functionResources } from './functions.ts';
import { operationResources } from './operation.ts';
import { storeResources } from './stores.ts';

export const SERVICE = 'shop';
export const STAGE = 'prod';

/**
 * A template that breaks no rule, with one of everything that a rule looks at: a function behind an API, one that
 * reads a queue, one that reads a stream, one on a schedule, a state machine, and all of it shifted gradually.
 */
export function goodTemplate(): Template {
  const resources: Record<string, Resource> = {
    ...storeResources(),
    ...functionResources(),
    ...apiResources(),
    ...operationResources(),
  };
  return {
    Resources: resources,
    Outputs: { Url: { Value: { 'Fn::Sub': 'https://${Api}.execute-api.${AWS::Region}.${AWS::URLSuffix}/prod' } } },
    Parameters: {},
    Mappings: {},
  };
}
