import { randomUUID } from 'node:crypto';
import { errorPayload } from '@dure/lambda-runtime';
import { parseJsonInput } from '@dure/aws-protocols/json-input';
import { isObject, type Json, type JsonObject } from '@dure/states-language/json';
import type { ServiceCall } from '@dure/states-language/resource';
import type { Tasks } from '@dure/states-language/run';
import { sdkMetadata } from '@dure/states-language/sdk-metadata';
import { toInput, toOutput } from '@dure/states-language/sdk-shapes';
import { serviceFailure } from '@dure/states-language/service-failure';
import { runtimeError, StateError } from '@dure/states-language/state-error';
import type { InvokeLambda } from '../../shared/types.ts';

/** What tasks call. */
export interface Services {
  readonly invokeLambda: InvokeLambda;
  /** In the name of the state machine's role. */
  readonly putEvents: (
    entries: unknown[],
    roleArn: string,
  ) => Promise<{ FailedEntryCount?: number; Entries?: unknown[] }>;
  /** Any other service, by the SDK: `service` as in the ARNs of `aws-sdk:` integrations. */
  readonly sdk: {
    call(service: string, action: string, input: object): Promise<object>;
    has(service: string, action: string): boolean;
  };
}

/** The execution that calls. */
interface Caller {
  readonly executionArn: string;
  readonly machineArn: string;
  readonly roleArn: string;
}

/** The calls of one execution's tasks. */
export function createIntegrations(services: Services, caller: Caller): Pick<Tasks, 'invokeFunction' | 'callService'> {
  return {
    invokeFunction: (functionArn, payload) => invokeFunction(services, functionArn, payload),
    callService(call, parameters) {
      if (call.service === 'lambda') return invoke(services, call, parameters);
      if (call.service === 'events') return putEvents(services, caller, parameters);
      if (call.service === 'eventbridge' && call.action === 'putEvents') {
        return putEventsBySdk(services, caller, call, parameters);
      }
      return callSdk(services, call, parameters);
    },
  };
}

/**
 * Invokes a function and answers its payload. Throws the function's error by its type, with AWS's JSON cause.
 * Source: https://docs.aws.amazon.com/step-functions/latest/dg/connect-lambda.html
 */
async function invokeFunction(services: Services, functionName: string, payload: Json): Promise<Json> {
  const result = await services.invokeLambda(functionName, payload).catch((error: unknown) => {
    throw serviceFailure({ service: 'lambda', action: 'invoke', isSdk: false }, error);
  });
  if (result.ok) return (result.payload ?? null) as Json;
  throw new StateError(result.errorType, JSON.stringify(errorPayload(result)));
}

/** As on AWS, a Payload that is text is JSON. `aws-sdk:lambda:invoke` answers the payload as text, and a failed function too. */
async function invoke(services: Services, call: ServiceCall, parameters: JsonObject): Promise<Json> {
  const { Payload: given } = parameters;
  const payload = typeof given === 'string' ? parsePayload(call, given) : (given ?? {});
  const name = textParameter(parameters, 'FunctionName');
  const answered = { ExecutedVersion: '$LATEST', StatusCode: 200 };
  if (!call.isSdk) {
    const result = await invokeFunction(services, name, payload);
    const facts = { status: 200, requestId: randomUUID(), time: Date.now(), body: result };
    return { ...answered, Payload: result, ...sdkMetadata('lambda', facts) };
  }
  const result = await services.invokeLambda(name, payload).catch((error: unknown) => {
    throw serviceFailure(call, error);
  });
  if (result.ok) return { ...answered, Payload: JSON.stringify(result.payload ?? null) };
  return { ...answered, FunctionError: 'Unhandled', Payload: JSON.stringify(errorPayload(result)) };
}

function parsePayload(call: ServiceCall, text: string): Json {
  try {
    return parseJsonInput(text) as Json;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const message = `Could not parse request body into json: ${reason}`;
    throw serviceFailure(call, Object.assign(new Error(message), { name: 'InvalidRequestContentException' }));
  }
}

/** As on AWS, a Detail may be an object, and the state machine and execution are added to each entry's Resources. */
async function putEvents(services: Services, caller: Caller, parameters: JsonObject): Promise<Json> {
  const entries = parameters['Entries'];
  if (!Array.isArray(entries)) throw runtimeError('The parameter Entries must be a list.');
  const sent = entries.map((entry) => {
    if (!isObject(entry)) throw runtimeError('Each of the Entries must be an object.');
    const { Detail: detail, Resources: resources } = entry;
    return {
      ...entry,
      ...(detail === undefined ? {} : { Detail: asText(detail) }),
      Resources: [...(Array.isArray(resources) ? resources : []), caller.machineArn, caller.executionArn],
    };
  });
  const answer = await services.putEvents(sent, caller.roleArn).catch((error: unknown) => {
    throw serviceFailure({ service: 'events', action: 'putEvents', isSdk: false }, error);
  });
  const result = { Entries: answer.Entries ?? [], FailedEntryCount: answer.FailedEntryCount ?? 0 };
  if (result.FailedEntryCount > 0) throw new StateError('EventBridge.FailedEntry', JSON.stringify(result));
  return JSON.parse(JSON.stringify(result)) as Json;
}

/** In the name of the role too; entries that are refused are part of the answer. */
async function putEventsBySdk(
  services: Services,
  caller: Caller,
  call: ServiceCall,
  parameters: JsonObject,
): Promise<Json> {
  const entries = toInput(call.service, parameters)['Entries'];
  if (!Array.isArray(entries)) throw runtimeError('The parameter Entries must be a list.');
  const answer = await services.putEvents(entries, caller.roleArn).catch((error: unknown) => {
    throw serviceFailure(call, error);
  });
  return toOutput(call.service, answer, true);
}

async function callSdk(services: Services, call: ServiceCall, parameters: JsonObject): Promise<Json> {
  const { service, action, isSdk } = call;
  if (service === 'sqs') requireAddress(call, parameters['QueueUrl']);
  const answer = await services.sdk
    .call(service === 'states' ? 'sfn' : service, action, toInput(service, parameters))
    .catch((error: unknown) => {
      throw serviceFailure(call, error);
    });
  const output = await toOutput(service, answer, isSdk);
  if (isSdk) return output;
  const { httpStatusCode = 200, requestId = randomUUID() } = metadataOf(answer);
  return { ...output, ...sdkMetadata(service, { status: httpStatusCode, requestId, time: Date.now(), body: output }) };
}

/** As on AWS, whose client finds no host by such a name. */
function requireAddress(call: ServiceCall, url: Json | undefined): void {
  if (typeof url !== 'string' || URL.canParse(url)) return;
  const message = `Unable to execute HTTP request: ${url}: Name or service not known`;
  throw new StateError(`${call.isSdk ? 'Sqs' : 'SQS'}.SdkClientException`, message);
}

function metadataOf(answer: object): { httpStatusCode?: number; requestId?: string } {
  return (answer as { $metadata?: object }).$metadata ?? {};
}

function textParameter(parameters: JsonObject, name: string): string {
  const value = parameters[name];
  if (typeof value === 'string' && value !== '') return value;
  throw runtimeError(`The parameter ${name} must be a string that is not empty.`);
}

function asText(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
