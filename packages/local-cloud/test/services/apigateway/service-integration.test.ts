import { afterEach, expect, it } from '@jest/globals';
import { AwsError } from '@dure/aws-protocols/aws-error';
import { deployApi, REGION, startGateway, type TestGateway } from './gateway.ts';

let test: TestGateway;
afterEach(() => test.close());

const MACHINE = `arn:aws:states:${REGION}:123456789012:stateMachine:greet`;
const Integration = {
  Type: 'AWS',
  IntegrationHttpMethod: 'POST',
  Credentials: 'arn:aws:iam::123456789012:role/starts',
  Uri: `arn:aws:apigateway:${REGION}:states:action/StartExecution`,
  PassthroughBehavior: 'NEVER',
  RequestTemplates: {
    'application/json': `{"input": "$util.escapeJavaScript($input.json('$'))", "stateMachineArn": "${MACHINE}"}`,
  },
  IntegrationResponses: [
    { StatusCode: '200', SelectionPattern: '' },
    {
      StatusCode: '400',
      SelectionPattern: '400',
      ResponseTemplates: { 'application/json': "$input.json('$.message')" },
    },
  ],
};

async function start(states: (action: string, input: object) => Promise<object>) {
  test = await startGateway(undefined, { states });
  const apiId = deployApi(test, { methods: [{ path: '/greetings', method: 'POST', properties: { Integration } }] });
  return (body: string, type = 'application/json') =>
    test.request(`/${apiId}/dev/greetings`, { method: 'POST', headers: { 'Content-Type': type }, body });
}

it('a method starts an execution with what its template makes of the request', async () => {
  const calls: unknown[] = [];
  const post = await start(async (action, input) => {
    calls.push([action, input]);
    return { executionArn: 'arn:of:it', startDate: 1_767_225_600 };
  });
  const answer = await post('{"name":"Ann"}');
  expect(answer).toMatchObject({ status: 200, headers: { 'content-type': 'application/json' } });
  expect(answer.json()).toEqual({ executionArn: 'arn:of:it', startDate: 1_767_225_600 });
  expect(calls).toEqual([['StartExecution', { input: '{"name":"Ann"}', stateMachineArn: MACHINE }]]);
  expect((await post('a', 'text/plain')).status).toBe(415);
});

it('what the service refuses is the response whose pattern is its status', async () => {
  const post = await start(async () => {
    throw new AwsError('StateMachineDoesNotExist', `State Machine Does Not Exist: '${MACHINE}'`);
  });
  const answer = await post('{}');
  expect(answer.status).toBe(400);
  expect(answer.json()).toBe(`State Machine Does Not Exist: '${MACHINE}'`);
});

it('what no pattern matches is the response without one', async () => {
  const post = await start(async () => {
    throw new AwsError('InternalFailure', 'planted', 500);
  });
  const answer = await post('{}');
  expect(answer.status).toBe(200);
  expect(answer.json()).toEqual({ __type: 'InternalFailure', message: 'planted' });
});
