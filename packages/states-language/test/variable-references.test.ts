import { describe, expect, it } from '@jest/globals';
import type { StateMachineDefinition } from '../src/definition.ts';
import { parseDefinition } from '../src/validate.ts';
import { variableReferences } from '../src/variable-references.ts';

const references = (definition: object) => variableReferences(parseDefinition(JSON.stringify(definition)));
const END = { End: true };

describe('variableReferences', () => {
  it('finds variables in paths, functions and rules, and not in texts', () => {
    const definition = {
      StartAt: 'Set',
      States: {
        Set: { Type: 'Pass', Assign: { size: 2, 'name.$': '$.name', list: [1] }, Next: 'Fill' },
        Fill: {
          Type: 'Pass',
          Parameters: { 'a.$': "States.Format('$size of {}', $name)", 'b.$': '$.size', plain: '$list' },
          ResultPath: '$.list',
          Next: 'Decide',
        },
        Decide: {
          Type: 'Choice',
          Choices: [{ Variable: '$size', NumericEqualsPath: '$$.Execution.Input.n', Next: 'Each' }],
          Default: 'Each',
        },
        Each: {
          Type: 'Map',
          ItemsPath: '$list',
          ItemProcessor: { StartAt: 'Inner', States: { Inner: { Type: 'Wait', SecondsPath: '$size', ...END } } },
          ...END,
        },
      },
    };
    expect(references(definition)).toEqual({ Fill: ['name'], Decide: ['size'], Each: ['list'], Inner: ['size'] });
  });

  it('finds variables in JSONata, in the order of the alphabet, and no functions', () => {
    const definition: Partial<StateMachineDefinition> & object = {
      QueryLanguage: 'JSONata',
      StartAt: 'Set',
      States: {
        Set: { Type: 'Pass', Assign: { b: 1, a: [2] }, Next: 'Sum' },
        Sum: { Type: 'Pass', Output: { total: '{% $b + $sum($a) + $states.input.n %}', b: '$b' }, ...END },
      },
    };
    expect(references(definition)).toEqual({ Sum: ['a', 'b'] });
  });
});
