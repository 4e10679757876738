import { Agent, type IncomingMessage } from 'node:http';
import { type Callers, ownPages, ownPagesInJson } from '@dure/local-http/access-rules';
import { sendRefusal } from '@dure/local-http/respond';
import { forward } from '@dure/local-http/forward';
import { answerQuery } from '@dure/aws-protocols/aws-query';
import type { AwsHandler, AwsServices } from '@dure/aws-protocols/aws-endpoint';
import { sendAwsRefusal } from '@dure/aws-protocols/aws-refusal';
import { answerJson } from '@dure/aws-protocols/aws-json';
import { regionOf } from '@dure/aws-protocols/service-of';
import { requestUrl } from '@dure/local-http/request-url';
import type { CloudFormation } from '@dure/cloudformation/stacks/index';
import type { Apis } from '../services/apis.ts';
import type { Emulators } from '../services/emulators.ts';
import type { Routes } from './endpoint/server.ts';
import type { EventSources } from '../services/event-sources.ts';
import { accountRoutes, createLambdaApi, type Functions, type Invoking } from '../services/lambda/api/index.ts';
import type { AsyncInvocations } from '../services/lambda/asynchronous/index.ts';
import type { S3 } from '../services/s3/index.ts';
import { isCertificatePath, sendCertificate } from '../services/sns/index.ts';
import { createSts } from '../services/sts/index.ts';
import { createIamApi } from '../services/iam/api.ts';
import { ecr } from './json-services.ts';
import type { Region, Regions } from './regions.ts';
import type { Logs } from '../services/cloudwatch-logs/logs.ts';
import { ACCOUNT_ID } from '../shared/aws-environment.ts';

export interface ServiceParts {
  readonly emulators: Emulators;
  readonly apis: Apis;
  readonly functions: Functions;
  readonly asynchronous: AsyncInvocations;
  readonly eventSources: EventSources;
  readonly cloudFormation: CloudFormation;
  readonly logs: Logs;
  /** Makes addresses on AWS lead here. */
  readonly reachable: (text: string) => string;
}

export interface RouteParts {
  readonly regions: Regions;
  readonly callers: Callers;
  /** URL by name. */
  readonly sandboxes: Readonly<Record<string, string>>;
  readonly url: string;
  readonly environment: Readonly<Record<string, string>>;
}

/** Where a sandbox answers. It is not part of the account. */
export const sandboxPath = (name: string): string => `/_sandboxes/${name}`;

/** What answers for the services of AWS in one region. */
export function servicesOf(parts: ServiceParts): AwsServices {
  const { emulators, apis, cloudFormation, logs, functions, asynchronous, eventSources } = parts;
  const { endpoints } = emulators;
  const json = endpoints['EventBridge']!;
  return {
    services: {
      apigateway: apis.restApis.control,
      cloudformation: (request, response) => answerQuery(cloudFormation.service, request, response),
      dynamodb: emulators.dynamodbFront.handle,
      kinesis: emulators.kinesis.handle,
      ecr: (request, response) => answerJson(ecr, request, response),
      lambda: createLambdaApi(invokingOf(functions, asynchronous), [
        ...accountRoutes(functions, eventSources.mappings.describe),
        ...functionUrlRoutesOf(parts),
      ]),
      logs: (request, response) => answerJson(logs.handle, request, response),
      s3: emulators.s3.handle,
      scheduler: emulators.scheduler.handle,
      sns: emulators.sns.handle,
      sqs: emulators.sqs.handle,
      sts: createSts({ iam: emulators.iam }),
    },
    forwarded: {
      events: json,
      kms: json,
      monitoring: json,
      secretsmanager: json,
      ses: endpoints['SES']!,
      ssm: json,
      states: json,
    },
  };
}

/** Which part of the account answers which request. APIs have addresses without a region; roles are of all regions. */
export function routesOf(parts: RouteParts): Routes {
  const { regions, callers, sandboxes } = parts;
  const iamApi = createIamApi(() => regions.all().flatMap((region) => region.stacks()), ACCOUNT_ID);
  const iam: AwsHandler = (request, response) => answerQuery(iamApi, request, response);
  const sandboxAgent = new Agent({ keepAlive: true });
  /** Of the region that has the API, or of the first, which says that there is none. */
  const apisFor = (request: IncomingMessage): Apis => {
    const all = regions.all().map(({ apis }) => apis);
    return all.find((apis) => apis.has(request)) ?? all[0]!;
  };
  /** Of the region that the signature names, or, where there is none, of the one that has the bucket. */
  async function s3For(request: IncomingMessage): Promise<S3> {
    const signedFor = regionOf(request);
    if (signedFor !== '') return (await regions.of(signedFor)).s3;
    const [, bucket = ''] = requestUrl(request).pathname.split('/');
    for (const { s3 } of regions.all()) if (s3.bucketExists(bucket)) return s3;
    return regions.all()[0]!.s3;
  }
  return {
    async services(region) {
      const { services, forwarded } = (await regions.of(region)).services;
      return { services: { ...services, iam }, forwarded };
    },
    upgrade: (request, socket, head) => apisFor(request).upgrade(request, socket, head),
    async other(request, response) {
      if (await apisFor(request).answer(request, response)) return true;
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
      } else if (isCertificatePath(url)) {
        const [certificate] = regions.all().flatMap(({ certificateAt }) => certificateAt(url) ?? []);
        sendCertificate(response, certificate);
      } else if (regions.all()[0]?.s3.isFor(request)) {
        const s3 = await s3For(request);
        const message = s3.rule(request, callers);
        if (message === undefined) await s3.handle(request, response);
        else sendAwsRefusal(request, response, 's3', { status: 403, code: 'AccessDenied', message });
      } else return false;
      return true;
    },
  };
}

function functionUrlRoutesOf({ apis, functions, reachable }: ServiceParts) {
  const arnOf = (functionName: string, qualifier: string | undefined): string => {
    const { definition } = functions.resolve(functionName, qualifier);
    return qualifier === undefined ? definition.arn : `${definition.arn}:${qualifier}`;
  };
  return apis.functionUrls.routes({ arnOf, reachable });
}

function invokingOf(functions: Functions, asynchronous: AsyncInvocations): Invoking {
  return {
    versionOf: (name, qualifier) => functions.resolve(name, qualifier).version,
    invoke: functions.invoke,
    invokeAsync: (...invocation) => void asynchronous.accept(...invocation),
  };
}

/** What a person sees who opens the endpoint in a browser: of all regions. */
function overview({ url, environment, regions }: RouteParts): object {
  const of = <T>(read: (region: Region) => readonly T[]): T[] => regions.all().flatMap(read);
  const addresses = `${url}/_aws/execute-api`;
  return {
    endpoint: url,
    environment,
    stacks: of(({ stacks }) => stacks()).map(({ id, name, status }) => ({ name, region: id.split(':')[3], status })),
    apis: of(({ apis }) => apis.restApis.describe()).map(({ id, name, stages }) => ({
      name,
      urls: stages.map((stage) => `${addresses}/${id}/${stage}`),
    })),
    httpApis: of(({ apis }) => apis.httpApis.describe()).map(({ id, name, stages }) => ({
      name,
      urls: stages.map((stage) => `${addresses}/${id}${stage === '$default' ? '' : `/${stage}`}`),
    })),
    webSocketApis: of(({ apis }) => apis.webSocketApis.describe()).map(({ id, name, stages }) => ({
      name,
      urls: stages.map((stage) => `${addresses.replace(/^http/, 'ws')}/${id}/${stage.name}`),
    })),
    functionUrls: of(({ apis }) => apis.functionUrls.describe()).map(({ id, functionArn }) => ({
      name: functionArn.split(':').slice(6).join(':'),
      url: `${url}/_aws/lambda-url/${id}/`,
    })),
    functions: of(({ functions }) => functions.store.all()).map(({ name }) => name),
  };
}
