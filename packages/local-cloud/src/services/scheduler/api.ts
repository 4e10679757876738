import type { IncomingMessage, ServerResponse } from 'node:http';
import { requestUrl } from '@dure/local-http/request-url';
import { parseJson } from '@dure/local-http/json';
import { isObject } from '@dure/local-http/json';
import { readBody } from '@dure/aws-protocols/aws-body';
import { asAwsError, AwsError } from '@dure/aws-protocols/aws-error';
import { invalid } from '@dure/aws-protocols/aws-input';
import type { Action } from './actions.ts';

const ROUTES: readonly [method: string, path: RegExp, action: string, parameter: string][] = [
  ['GET', /^\/schedules$/, 'ListSchedules', ''],
  ['POST', /^\/schedules\/([^/]+)$/, 'CreateSchedule', 'Name'],
  ['GET', /^\/schedules\/([^/]+)$/, 'GetSchedule', 'Name'],
  ['PUT', /^\/schedules\/([^/]+)$/, 'UpdateSchedule', 'Name'],
  ['DELETE', /^\/schedules\/([^/]+)$/, 'DeleteSchedule', 'Name'],
  ['GET', /^\/schedule-groups$/, 'ListScheduleGroups', ''],
  ['POST', /^\/schedule-groups\/([^/]+)$/, 'CreateScheduleGroup', 'Name'],
  ['GET', /^\/schedule-groups\/([^/]+)$/, 'GetScheduleGroup', 'Name'],
  ['DELETE', /^\/schedule-groups\/([^/]+)$/, 'DeleteScheduleGroup', 'Name'],
  ['POST', /^\/tags\/(.+)$/, 'TagResource', 'ResourceArn'],
  ['GET', /^\/tags\/(.+)$/, 'ListTagsForResource', 'ResourceArn'],
  ['DELETE', /^\/tags\/(.+)$/, 'UntagResource', 'ResourceArn'],
];

/** The Scheduler's REST API: what is in the path, the query and the body is the action's input. */
export function createSchedulerApi(actions: Readonly<Record<string, Action>>) {
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    try {
      const { pathname, searchParams } = requestUrl(request);
      const [route] = ROUTES.flatMap(([method, path, action, parameter]) => {
        const match = method === request.method ? path.exec(pathname) : null;
        return match === null ? [] : [{ action, path: { [parameter]: decode(match[1] ?? '') } }];
      });
      if (route === undefined) {
        const what = `EventBridge Scheduler's ${request.method} ${pathname}`;
        throw new AwsError('UnknownOperationException', `${what} is not supported here.`, 404);
      }
      const body = (await readBody(request, response)).toString('utf8');
      const given = body === '' ? {} : parseJson(body);
      if (!isObject(given)) throw invalid('The body of the request is not a JSON object.');
      send(response, 200, (await actions[route.action]!({ ...given, ...inputOf(searchParams), ...route.path })) ?? {});
    } catch (error) {
      const { code, message, statusCode } = asAwsError(error);
      response.setHeader('x-amzn-errortype', code);
      send(response, statusCode, { Message: message });
    }
  };
}

/** `groupName=a&MaxResults=5&TagKeys=x&TagKeys=y` */
function inputOf(query: URLSearchParams): Record<string, unknown> {
  const entries = [...new Set(query.keys())].map((key): [string, unknown] => {
    const name = key.charAt(0).toUpperCase() + key.slice(1);
    if (name === 'TagKeys') return [name, query.getAll(key)];
    const value = query.get(key) ?? '';
    return [name, name === 'MaxResults' ? Number(value) : value];
  });
  return Object.fromEntries(entries);
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw invalid(`"${text}" is not a valid part of a path.`);
  }
}

function send(response: ServerResponse, statusCode: number, body: unknown): void {
  response.writeHead(statusCode, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}
