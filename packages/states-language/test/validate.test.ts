import { expect, it } from '@jest/globals';
import { InvalidDefinition } from '../src/invalid-definition.ts';
import { parseDefinition } from '../src/validate.ts';

const pass = (fields: object): object => ({
  StartAt: 'Only',
  States: { Only: { Type: 'Pass', End: true, ...fields } },
});
const task = (fields: object) => ({
  StartAt: 'Ship',
  States: {
    Ship: {
      Type: 'Task',
      Resource: 'arn:aws:states:::lambda:invoke',
      Parameters: { FunctionName: 'f' },
      End: true,
      ...fields,
    },
  },
});
const state = (fields: object) => ({ StartAt: 'Ship', States: { Ship: { End: true, ...fields } } });
const processor = (config: object) => ({ ...pass({}), ProcessorConfig: config });
const distributed = (fields: object) =>
  state({ Type: 'Map', ItemProcessor: processor({ Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' }), ...fields });
const reader = (config: object) =>
  distributed({ ItemReader: { Resource: 'arn:aws:states:::s3:getObject', ReaderConfig: config } });

it.each<[string, object, string]>([
  [
    '.sync',
    task({ Resource: 'arn:aws:states:::ecs:runTask.sync' }),
    'State "Ship" uses the resource "arn:aws:states:::ecs:runTask.sync", which the local cloud does not support. Supported: the ARN of a Lambda function or of an activity, arn:aws:states:::aws-sdk:SERVICE:ACTION for dynamodb, ',
  ],
  ['another action', task({ Resource: 'arn:aws:states:::dynamodb:query' }), 'dynamodb:query'],
  ['a pattern that the action lacks', task({ Resource: 'arn:aws:states:::sqs:sendMessage.sync' }), 'sendMessage.sync'],
  ['the SDK of another service', task({ Resource: 'arn:aws:states:::aws-sdk:ec2:stopInstances' }), 'aws-sdk:ec2'],
  ['a language that does not exist', { ...task({}), QueryLanguage: 'JMESPath' }, 'JSONPath or JSONata, not "JMESPath"'],
  [
    'fields of JSONPath in JSONata',
    task({ QueryLanguage: 'JSONata' }),
    'State "Ship" has the field \'Parameters\', which the local cloud does not support in a Task state in JSONata',
  ],
  [
    'JSONPath in a machine in JSONata',
    { ...pass({ QueryLanguage: 'JSONPath' }), QueryLanguage: 'JSONata' },
    "'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine at /States/Only",
  ],
  [
    'JSONata that does not parse',
    pass({ QueryLanguage: 'JSONata', Output: { list: ['{% $sum( %}'] } }),
    'is not a valid JSONata expression (S0203: Expected ")" before end of expression) at /States/Only/Output/list[0]',
  ],
  ['$eval', pass({ QueryLanguage: 'JSONata', Output: "{% [1].$eval('1') %}" }), '$eval does not exist'],
  [
    'a choice without Condition in JSONata',
    {
      StartAt: 'C',
      QueryLanguage: 'JSONata',
      States: { C: { Type: 'Choice', Choices: [{ Variable: '$.a', IsNull: true, Next: 'C' }] } },
    },
    'needs a Condition',
  ],
  [
    'JSONata fields',
    task({ Arguments: {} }),
    'State "Ship" has the field \'Arguments\', which the local cloud does not support in a Task state',
  ],
  ['a name that is no name of a variable', pass({ Assign: { 'a-b.$': '$' } }), "'a-b' is no name for a variable"],
  ['the reserved variable', pass({ Assign: { states: 1 } }), "'states' is no name for a variable"],
  [
    'the variable of an outer scope in an inner one',
    state({ Type: 'Parallel', Assign: { x: 1 }, Branches: [pass({ Assign: { x: 2 } })] }),
    "the variable 'x' belongs to the states around, so that it cannot be assigned here at /States/Ship/Branches[0]",
  ],
  [
    'a mode that does not exist',
    state({ Type: 'Map', ItemProcessor: processor({ Mode: 'SPREAD' }) }),
    'Mode is INLINE or DISTRIBUTED',
  ],
  [
    'an item reader of an inline Map',
    state({ Type: 'Map', ItemReader: {}, ItemProcessor: pass({}) }),
    'has the field \'ItemReader\', which needs Mode "DISTRIBUTED" in its ProcessorConfig',
  ],
  [
    'a reader of something else',
    distributed({ ItemReader: { Resource: 'arn:aws:states:::dynamodb:scan' } }),
    'Resource is one of arn:aws:states:::s3:listObjectsV2, arn:aws:states:::s3:getObject at /States/Ship/ItemReader',
  ],
  ['a file of another type', reader({ InputType: 'PARQUET' }), 'InputType is one of CSV, JSON, JSONL'],
  ['CSV without headers', reader({ InputType: 'CSV' }), 'CSVHeaderLocation is FIRST_ROW or GIVEN'],
  ['a part of a file', reader({ InputType: 'JSON', ItemsPointer: '/a' }), "the field 'ItemsPointer' is not supported"],
  ['batches without a limit', distributed({ ItemBatcher: {} }), 'needs MaxItemsPerBatch or MaxInputBytesPerBatch'],
  [
    'a writer in another format',
    distributed({ ResultWriter: { Resource: 'arn:aws:states:::s3:putObject', WriterConfig: {} } }),
    "the field 'WriterConfig' is not supported by the local cloud at /States/Ship/ResultWriter",
  ],
  ['a label with a wildcard', distributed({ Label: 'a*' }), 'a Label has up to 40 characters'],
  ['too much tolerance', distributed({ ToleratedFailurePercentage: 101 }), 'a number from 0 to 100'],
  [
    'a parameter of an integration',
    task({ Parameters: { FunctionName: 'f', InvocationType: 'Event' } }),
    "'InvocationType'",
  ],
  [
    'a heartbeat as long as the time-out',
    task({ Resource: 'arn:aws:states:::lambda:invoke.waitForTaskToken', HeartbeatSeconds: 5, TimeoutSeconds: 5 }),
    'HeartbeatSeconds below TimeoutSeconds',
  ],
  ['an unknown type', state({ Type: 'Loop' }), 'State "Ship" has no Type that exists'],
  ['no end', { StartAt: 'Ship', States: { Ship: { Type: 'Pass' } } }, 'State "Ship" needs either Next or End'],
  [
    'a target that is not there',
    { StartAt: 'Ship', States: { Ship: { Type: 'Pass', Next: 'Gone' } } },
    'MISSING_TRANSITION_TARGET: there is no state "Gone" at /States/Ship',
  ],
  [
    'a state that nothing leads to',
    { ...pass({}), States: { ...state({ Type: 'Pass' }).States, Only: { Type: 'Pass', End: true } } },
    'State "Ship" is not reachable',
  ],
  [
    'a name used twice',
    state({ Type: 'Parallel', Branches: [pass({}), pass({})] }),
    "DUPLICATE_STATE_NAME: the state name 'Only' is used twice",
  ],
  ['no states', { StartAt: 'x' }, 'These fields are required: [States]'],
  ['an unknown field of the machine', { ...pass({}), ProcessorConfig: {} }, "'ProcessorConfig'"],
  [
    'an unknown intrinsic function',
    pass({ Parameters: { 'x.$': 'States.Magic($)' } }),
    "The value for the field 'x.$' must be a valid JSONPath or a valid intrinsic function call (there is no intrinsic function States.Magic) at /States/Only/Parameters",
  ],
  [
    'a wrong number of arguments',
    pass({ Parameters: { deep: [{ 'x.$': 'States.UUID(1)' }] } }),
    'States.UUID does not take 1 arguments',
  ],
  ['text that escapes what need not be', pass({ Parameters: { 'x.$': "States.Format('\\\"')" } }), 'does not end'],
  ['a broken path', pass({ InputPath: '$.a[' }), 'Value is not a valid JSONPath: InputPath ('],
  ['a filter with an unknown operator', pass({ InputPath: '$.a[?(@.b almost 1)]' }), 'Value is not a valid JSONPath'],
  ['a step in a slice', pass({ InputPath: '$.a[0:4:2]' }), 'Value is not a valid JSONPath'],
  ['a path function', pass({ Parameters: { 'x.$': '$.a.length()' } }), "field 'x.$'"],
  ['a ResultPath to many places', pass({ ResultPath: '$.a[*]' }), 'Value is not a Reference Path'],
  [
    'States.ALL among others',
    task({ Retry: [{ ErrorEquals: ['States.ALL', 'X'] }] }),
    'States.ALL must appear alone and last at /States/Ship/Retry[0]',
  ],
  [
    'a longest delay of more than 366 days',
    task({ Retry: [{ ErrorEquals: ['X'], MaxDelaySeconds: 31_622_400 }] }),
    'MaxDelaySeconds must be a whole number from 1 to 31622399 at /States/Ship/Retry[0]',
  ],
  ['a back-off below 1', task({ Retry: [{ ErrorEquals: ['X'], BackoffRate: 0.5 }] }), 'BackoffRate'],
  ['an unknown field of a retrier', task({ Retry: [{ ErrorEquals: ['X'], Jitter: 1 }] }), "'Jitter'"],
  ['two time-outs', task({ TimeoutSeconds: 1, TimeoutSecondsPath: '$.t' }), 'TimeoutSeconds or TimeoutSecondsPath'],
  ['a Catch without Next', task({ Catch: [{ ErrorEquals: ['X'] }] }), '[Next] at /States/Ship/Catch[0]'],
  [
    'a choice without operator',
    { StartAt: 'C', States: { C: { Type: 'Choice', Choices: [{ Variable: '$.x', Next: 'C' }] } } },
    'one operator',
  ],
  [
    'an unknown operator',
    {
      StartAt: 'C',
      States: { C: { Type: 'Choice', Choices: [{ Variable: '$.x', StringEqualsAny: 'x', Next: 'C' }] } },
    },
    'StringEqualsAny',
  ],
  ['a Wait for nothing', state({ Type: 'Wait' }), 'needs one of Seconds'],
  ['a time-out of 0', { ...pass({}), TimeoutSeconds: 0 }, 'TimeoutSeconds must be a whole number above 0'],
])('refuses %s', (_, definition, reason) => {
  const parse = () => parseDefinition(JSON.stringify(definition));
  expect(parse).toThrow(InvalidDefinition);
  expect(parse).toThrow(reason);
});

it('refuses what is not JSON', () => {
  expect(() => parseDefinition('{')).toThrow('INVALID_JSON_DESCRIPTION');
});
