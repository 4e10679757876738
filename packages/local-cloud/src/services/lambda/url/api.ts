import { AwsError } from '@dure/aws-protocols/aws-error';
import { isObject, parseJson } from '@dure/local-http/json';
import type { ApiGatewayResourceType, Collection } from '../../apigateway/index.ts';
import type { LambdaRequest, LambdaRoute } from '../api/index.ts';
import { functionUrl } from './address.ts';
import type { FunctionUrl } from './resource-type.ts';

export interface FunctionUrlApiOptions {
  readonly urls: Collection<FunctionUrl>;
  /** `AWS::Lambda::Url`, whose properties have the names of the API's. */
  readonly type: ApiGatewayResourceType;
  readonly region: string;
  /** The ARN of a function, or of its alias. @throws AwsError `ResourceNotFoundException` */
  readonly arnOf: (functionName: string, qualifier: string | undefined) => string;
  /** Makes addresses on AWS lead here. */
  readonly reachable: (text: string) => string;
}

const MEMBERS = ['AuthType', 'Cors', 'InvokeMode'];
const ALIAS = /^(?!\d+$)[\w-]{1,128}$/;

/**
 * CreateFunctionUrlConfig, Get, Update, Delete and List.
 * Source: https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunctionUrlConfig.html
 */
export function functionUrlRoutes(options: FunctionUrlApiOptions): LambdaRoute[] {
  const { urls, type, region, arnOf } = options;

  const describe = ({ id, functionArn, authType, cors, streams, createdAt, modifiedAt }: FunctionUrl): object => ({
    FunctionUrl: options.reachable(functionUrl(id, region)),
    FunctionArn: functionArn,
    AuthType: authType,
    ...(cors !== undefined && { Cors: corsOf(cors) }),
    CreationTime: createdAt,
    LastModifiedTime: modifiedAt,
    InvokeMode: streams ? 'RESPONSE_STREAM' : 'BUFFERED',
  });

  function targetOf({ name, qualifier }: LambdaRequest): string {
    if (qualifier === undefined || ALIAS.test(qualifier)) return arnOf(name, qualifier);
    throw invalid(`A URL belongs to a function or to one of its aliases. The Qualifier ${qualifier} is no alias.`);
  }
  const find = (arn: string): FunctionUrl | undefined => urls.list().find(({ functionArn }) => functionArn === arn);
  function require(request: LambdaRequest): FunctionUrl {
    const url = find(targetOf(request));
    if (url !== undefined) return url;
    throw new AwsError('ResourceNotFoundException', 'The resource you requested does not exist.', 404);
  }

  function save(arn: string, properties: object, ref?: string): FunctionUrl {
    const given = { ...properties, TargetFunctionArn: arn };
    try {
      if (ref === undefined) type.create({ properties: given });
      else type.update(ref, given);
    } catch (error) {
      // What a template gets wrong, and in the words of API Gateway.
      throw error instanceof AwsError || error instanceof TypeError ? invalid(error.message) : error;
    }
    return find(arn)!;
  }

  return [
    [
      'POST',
      /^\/2021-10-31\/functions\/[^/]+\/url\/?$/,
      (request) => {
        const arn = targetOf(request);
        if (find(arn) !== undefined) {
          const message = `Failed to create function url config for [functionArn = ${arn}]. Error message: FunctionUrlConfig exists for this Lambda function`;
          throw new AwsError('ResourceConflictException', message, 409);
        }
        return { status: 201, body: describe(save(arn, membersOf(request))) };
      },
    ],
    ['GET', /^\/2021-10-31\/functions\/[^/]+\/url\/?$/, (request) => ({ body: describe(require(request)) })],
    [
      'PUT',
      /^\/2021-10-31\/functions\/[^/]+\/url\/?$/,
      (request) => {
        const { functionArn, authType, cors, streams } = require(request);
        const before = {
          ...{ AuthType: authType, InvokeMode: streams ? 'RESPONSE_STREAM' : 'BUFFERED' },
          ...(cors !== undefined && { Cors: corsOf(cors) }),
        };
        return { body: describe(save(functionArn, { ...before, ...membersOf(request) }, functionArn)) };
      },
    ],
    [
      'DELETE',
      /^\/2021-10-31\/functions\/[^/]+\/url\/?$/,
      (request) => {
        urls.delete(require(request).id);
        return { status: 204, body: '' };
      },
    ],
    [
      'GET',
      /^\/2021-10-31\/functions\/[^/]+\/urls\/?$/,
      ({ name }) => {
        const arn = arnOf(name, undefined);
        const own = urls.list().filter(({ functionArn }) => functionArn === arn || functionArn.startsWith(`${arn}:`));
        return { body: { FunctionUrlConfigs: own.map(describe) } };
      },
    ],
  ];

  function membersOf({ body }: LambdaRequest): object {
    const given = parseJson(body.toString('utf8'));
    if (!isObject(given)) throw invalid('The request body is not a JSON object.');
    const unknown = Object.keys(given).find((name) => !MEMBERS.includes(name));
    if (unknown !== undefined) throw invalid(`${unknown} is not supported here. There are ${MEMBERS.join(', ')}.`);
    return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== null));
  }
}

function corsOf(cors: NonNullable<FunctionUrl['cors']>): object {
  const named = {
    AllowCredentials: cors.allowCredentials,
    AllowHeaders: cors.allowHeaders,
    AllowMethods: cors.allowMethods,
    AllowOrigins: cors.allowOrigins,
    ExposeHeaders: cors.exposeHeaders,
    MaxAge: cors.maxAge,
  };
  const isGiven = (value: unknown): boolean => value !== undefined && (!Array.isArray(value) || value.length > 0);
  return Object.fromEntries(Object.entries(named).filter(([, value]) => isGiven(value)));
}

const invalid = (message: string): AwsError => new AwsError('ValidationException', message);
