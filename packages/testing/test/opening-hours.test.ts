import { lambda } from '@dure/contracts/binding/lambda';
import { lambdaContext } from '@dure/testing/lambda-events';
import { expect, it } from '@jest/globals';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';

// In a service: import { handler } from '../src/opening-hours.ts';
const handler = lambda(({ queryStringParameters: { day } = {} }: APIGatewayProxyEventV2) =>
  Promise.resolve({ statusCode: day === undefined ? 400 : 200 }),
);

const asked = (queryStringParameters?: Record<string, string>) =>
  ({
    ...{ version: '2.0', routeKey: 'GET /opening-hours', rawPath: '/opening-hours', headers: {} },
    ...(queryStringParameters !== undefined && { queryStringParameters }),
  }) as APIGatewayProxyEventV2;

it('answers for a day, and refuses a request without one', async () => {
  expect(await handler(asked({ day: 'monday' }), lambdaContext)).toEqual({ statusCode: 200 });
  expect(await handler(asked(), lambdaContext)).toEqual({ statusCode: 400 });
});
