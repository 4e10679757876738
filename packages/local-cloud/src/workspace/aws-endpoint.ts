import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FunctionConfig, Lambda } from '@dure/lambda-runtime';
import { type Callers, ownPages, signed } from '@dure/local-http/access-rules';
import { openServer } from '@dure/local-http/server';
import { createAwsEndpoint } from '@dure/aws-protocols/aws-endpoint';
import { sendAwsRefusal } from '@dure/aws-protocols/aws-refusal';
import { AwsError } from '@dure/aws-protocols/aws-error';
import { serviceOf } from '@dure/aws-protocols/service-of';
import { ACCOUNT_ID, REGION } from '../shared/aws-environment.ts';
import { type Apis, isForApi } from '../services/apis.ts';
import type { Emulators } from '../services/emulators.ts';
import { createLambdaApi, type Invoking, LATEST, parseFunctionName } from '../services/lambda/api/index.ts';
import type { AsyncInvocations } from '../services/lambda/asynchronous/index.ts';
import { createSts } from '../services/sts/index.ts';

export interface AwsEndpointParts {
  readonly emulators: Emulators;
  readonly lambda: Lambda;
  readonly asynchronous: AsyncInvocations;
  readonly apis: Pick<Apis, 'answer'>;
  readonly callers: Callers;
}

/**
 * Opens what functions have for AWS_ENDPOINT_URL: every service of AWS that is here, Lambda too, and the APIs
 * by their addresses on AWS. A client of any other gets a refusal that names it, and nothing leaves this machine.
 */
export async function openAwsEndpoint(
  parts: AwsEndpointParts,
): Promise<{ readonly url: string; stop(): Promise<void> }> {
  const { emulators, apis, callers } = parts;
  const { EventBridge: json = '' } = emulators.endpoints;
  const aws = createAwsEndpoint();
  const services = {
    services: {
      dynamodb: emulators.dynamodbFront.handle,
      kinesis: emulators.kinesis.handle,
      lambda: createLambdaApi(invokingOf(parts)),
      s3: emulators.s3.handle,
      scheduler: emulators.scheduler.handle,
      ses: emulators.ses.handle,
      sns: emulators.sns.handle,
      sqs: emulators.sqs.handle,
      sts: createSts({ iam: emulators.iam }),
    },
    forwarded: { events: json, kms: json, monitoring: json, secretsmanager: json, ssm: json, states: json },
  };
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (!(await apis.answer(request, response))) await aws.answer(request, response, services);
  };
  const server = await openServer({
    callers,
    http2: true,
    rule: (request, them) => (isForApi(request) ? ownPages : signed)(request, them),
    refuse: (response, message) =>
      sendAwsRefusal(response.req, response, '', { status: 403, code: 'AccessDeniedException', message }),
    answer(request, response) {
      answer(request, response).catch((error: unknown) => {
        const refusal = { status: 500, code: 'InternalFailure', message: String(error) };
        sendAwsRefusal(request, response, serviceOf(request), refusal);
      });
    },
  });
  return {
    url: server.endpoint,
    async stop() {
      await server.close();
      aws.stop();
    },
  };
}

function invokingOf({ lambda, asynchronous }: AwsEndpointParts): Invoking {
  return {
    versionOf(name, qualifier) {
      requireFunction(lambda, name);
      if (qualifier === undefined || qualifier === LATEST) return LATEST;
      throw new AwsError('ResourceNotFoundException', `Function not found: ${name}:${qualifier}`, 404);
    },
    invoke: (name, payload, _qualifier, options) => lambda.invoke(requireFunction(lambda, name).name, payload, options),
    invokeAsync: (...invocation) => void asynchronous.accept(...invocation),
  };
}

/** A function by its name, its ARN or a part of that. @throws AwsError `ResourceNotFoundException` */
export function requireFunction(lambda: Pick<Lambda, 'find'>, functionName: string): FunctionConfig {
  const { name } = parseFunctionName(functionName);
  const config = lambda.find(name);
  if (config !== undefined) return config;
  const arn = `arn:aws:lambda:${REGION}:${ACCOUNT_ID}:function:${name}`;
  throw new AwsError('ResourceNotFoundException', `Function not found: ${arn}`, 404);
}
