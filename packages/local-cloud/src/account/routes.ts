import { Agent } from 'node:http';
import { type Callers, ownPages, ownPagesInJson } from '@dure/local-http/access-rules';
import { sendRefusal } from '@dure/local-http/respond';
import { forward } from '@dure/local-http/forward';
import { answerQuery } from '@dure/aws-protocols/aws-query';
import { sendAwsRefusal } from '@dure/aws-protocols/aws-refusal';
import { answerJson } from '@dure/aws-protocols/aws-json';
import { requestUrl } from '@dure/local-http/request-url';
import type { CloudFormation } from '@dure/cloudformation/stacks/index';
import type { Apis } from '../services/apis.ts';
import type { Emulators } from '../services/emulators.ts';
import type { Routes } from './endpoint/server.ts';
import type { EventSources } from '../services/event-sources.ts';
import { accountRoutes, createLambdaApi, type Functions, type Invoking } from '../services/lambda/api/index.ts';
import type { AsyncInvocations } from '../services/lambda/asynchronous/index.ts';
import { createSts } from '../services/sts/index.ts';
import { createIamApi } from '../services/iam/api.ts';
import { ecr } from './json-services.ts';
import type { Logs } from '../services/cloudwatch-logs/logs.ts';
import { ACCOUNT_ID } from '../shared/aws-environment.ts';

export interface RouteParts {
  readonly emulators: Emulators;
  readonly apis: Apis;
  readonly functions: Functions;
  readonly asynchronous: AsyncInvocations;
  readonly eventSources: EventSources;
  readonly cloudFormation: CloudFormation;
  readonly logs: Logs;
  readonly callers: Callers;
  /** URL by name. */
  readonly sandboxes: Readonly<Record<string, string>>;
  readonly url: string;
  readonly environment: Readonly<Record<string, string>>;
}

/** Where a sandbox answers. It is not part of the account. */
export const sandboxPath = (name: string): string => `/_sandboxes/${name}`;

/** Which part of the account answers which request. */
export function routesOf(parts: RouteParts): Routes {
  const { emulators, apis, cloudFormation, logs, functions, asynchronous, eventSources } = parts;
  const { callers, sandboxes } = parts;
  const { endpoints } = emulators;
  const iam = createIamApi(cloudFormation.stacks, ACCOUNT_ID);
  const json = endpoints['EventBridge']!;
  const sandboxAgent = new Agent({ keepAlive: true });
  return {
    services: {
      apigateway: apis.restApis.control,
      cloudformation: (request, response) => answerQuery(cloudFormation.service, request, response),
      dynamodb: emulators.dynamodbFront.handle,
      ecr: (request, response) => answerJson(ecr, request, response),
      iam: (request, response) => answerQuery(iam, request, response),
      lambda: createLambdaApi(
        invokingOf(functions, asynchronous),
        accountRoutes(functions, eventSources.mappings.describe),
      ),
      logs: (request, response) => answerJson(logs.handle, request, response),
      scheduler: emulators.scheduler.handle,
      sns: emulators.sns.handle,
      sqs: emulators.sqs.handle,
      sts: createSts({ accountId: ACCOUNT_ID, iam: emulators.iam }),
    },
    forwarded: {
      events: json,
      monitoring: json,
      secretsmanager: json,
      ses: endpoints['SES']!,
      ssm: json,
      states: json,
    },
    upgrade: apis.upgrade,
    async other(request, response) {
      if (await apis.answer(request, response)) return true;
      const { url = '/', headers, method } = request;
      const refuse = (reason: string | undefined): boolean => {
        if (reason !== undefined) sendRefusal(response, reason);
        return reason !== undefined;
      };
      const sandbox = Object.keys(sandboxes).find((name) => url.startsWith(`${sandboxPath(name)}/`));
      if (sandbox !== undefined) {
        if (refuse(ownPagesInJson(request, callers))) return true;
        const path = url.slice(sandboxPath(sandbox).length);
        forward(request, response, requestUrl({ url: path }, sandboxes[sandbox]), sandboxAgent);
      } else if (url === '/' && method === 'GET' && headers.authorization === undefined) {
        if (refuse(ownPages(request, callers))) return true;
        response.writeHead(200, { 'content-type': 'application/json' });
        response.end(`${JSON.stringify(overview(parts), null, 2)}\n`);
      } else if (emulators.s3.isFor(request)) {
        const message = emulators.s3.rule(request, callers);
        if (message === undefined) await emulators.s3.handle(request, response);
        else sendAwsRefusal(request, response, 's3', { status: 403, code: 'AccessDenied', message });
      } else return false;
      return true;
    },
  };
}

function invokingOf(functions: Functions, asynchronous: AsyncInvocations): Invoking {
  return {
    versionOf: (name, qualifier) => functions.resolve(name, qualifier).version,
    invoke: functions.invoke,
    invokeAsync: (name, payload, qualifier) => void asynchronous.accept(name, payload, qualifier),
  };
}

/** What a person sees who opens the endpoint in a browser. */
function overview({
  url,
  environment,
  cloudFormation,
  apis: { restApis, httpApis, webSocketApis, functionUrls },
  functions,
}: RouteParts): object {
  return {
    endpoint: url,
    environment,
    stacks: cloudFormation.stacks().map(({ name, status }) => ({ name, status })),
    apis: restApis.describe().map(({ id, name, stages }) => ({
      name,
      urls: stages.map((stage) => `${url}/_aws/execute-api/${id}/${stage}`),
    })),
    httpApis: httpApis.describe().map(({ id, name, stages }) => ({
      name,
      urls: stages.map((stage) => `${url}/_aws/execute-api/${id}${stage === '$default' ? '' : `/${stage}`}`),
    })),
    webSocketApis: webSocketApis.describe().map(({ id, name, stages }) => ({
      name,
      urls: stages.map((stage) => `${url.replace(/^http/, 'ws')}/_aws/execute-api/${id}/${stage.name}`),
    })),
    functionUrls: functionUrls.describe().map(({ id, functionArn }) => ({
      name: functionArn.split(':').slice(6).join(':'),
      url: `${url}/_aws/lambda-url/${id}/`,
    })),
    functions: functions.store.all().map(({ name }) => name),
  };
}
