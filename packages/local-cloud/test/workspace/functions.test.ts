import { expect, it } from '@jest/globals';
import { createScope } from '@dure/cloudformation/scope';
import { registerFunctions } from '../../src/workspace/functions.ts';
import { splitHandler } from '../../src/workspace/split-handler.ts';

it.each([
  ['{{resolve:ssm-secure:/q:1}}', 'The dynamic reference {{resolve:ssm-secure:/q:1}} is not supported here.'],
  [{ Ref: 'Nobody' }, expect.stringContaining('Nobody')],
  [{ a: 'b' }, '{"a":"b"} is not text.'],
])('names the variable of an environment that cannot be resolved: %j', (value, sentence) => {
  const template = { Resources: {} };
  const scope = createScope({
    ...{ stackId: '', stackName: 'lab-local', region: 'us-east-1', accountId: '000000000000' },
    ...{ template, parameters: {}, dynamicReferences: {} },
    resource: () => undefined,
    exported: () => undefined,
    reachable: (text) => text,
  });
  const functions = { a: { name: 'lab-local-a', handler: 'h.handler', environment: { OF: value } } };
  const service = { name: 'lab', folder: '/x', inputs: [], serverless: { service: { provider: {}, functions } } };
  const message = failureOf(() => registerFunctions(service as never, { template, scope }, {} as never));
  expect(message).toMatch(/^functions\.a\.environment\.OF: /);
  expect(message.replace('functions.a.environment.OF: ', '')).toEqual(sentence);
});

it('says of a handler that names a file only how one is written', () => {
  expect(() => splitHandler('src/http/index')).toThrow(
    'The handler src/http/index names no export of its file. Write src/http/index.handler if that is its name.',
  );
  expect(splitHandler('./src/v1.2/index.handler')).toEqual({ module: './src/v1.2/index', exported: 'handler' });
});

function failureOf(work: () => void): string {
  try {
    work();
  } catch (error) {
    return (error as Error).message;
  }
  return 'nothing failed';
}
