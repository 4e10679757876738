import { isObject, type Json, type JsonObject } from '@dure/states-language/json';
import type { Tasks } from '@dure/states-language/run';
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
  readonly sendMessage: (input: { QueueUrl: string; MessageBody: string; [k: string]: unknown }) => Promise<unknown>;
}

/** The execution that calls. */
interface Caller {
  readonly executionArn: string;
  readonly machineArn: string;
  readonly roleArn: string;
}

/** The calls of one execution's tasks. */
export function createIntegrations(services: Services, caller: Caller): Omit<Tasks, 'issueToken'> {
  return {
    invokeFunction: (functionArn, payload) => invokeFunction(services, functionArn, payload),
    callAction(action, parameters) {
      if (action === 'lambda:invoke') return invoke(services, parameters);
      if (action === 'events:putEvents') return putEvents(services, caller, parameters);
      return sendMessage(services, parameters);
    },
  };
}

/**
 * Invokes a function and answers its payload. Throws the function's error by its type, with AWS's JSON cause.
 * Source: https://docs.aws.amazon.com/step-functions/latest/dg/connect-lambda.html
 */
async function invokeFunction(services: Services, functionName: string, payload: Json): Promise<Json> {
  const result = await calling('Lambda', () => services.invokeLambda(functionName, payload));
  if (result.ok) return (result.payload ?? null) as Json;
  const { errorMessage, errorType, stackTrace: trace = [] } = result;
  throw new StateError(errorType, JSON.stringify({ errorMessage, errorType, trace }));
}

async function invoke(services: Services, parameters: JsonObject): Promise<Json> {
  const payload = await invokeFunction(
    services,
    textParameter(parameters, 'FunctionName'),
    parameters['Payload'] ?? {},
  );
  return { ExecutedVersion: '$LATEST', Payload: payload, StatusCode: 200 };
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
  const answer = await calling('EventBridge', () => services.putEvents(sent, caller.roleArn));
  const result = { Entries: answer.Entries ?? [], FailedEntryCount: answer.FailedEntryCount ?? 0 };
  if (result.FailedEntryCount > 0) throw new StateError('EventBridge.FailedEntry', JSON.stringify(result));
  return toJson(result);
}

async function sendMessage(services: Services, parameters: JsonObject): Promise<Json> {
  const message = {
    ...parameters,
    QueueUrl: textParameter(parameters, 'QueueUrl'),
    MessageBody: asText(parameters['MessageBody'] ?? ''),
  };
  const answer = toJson(await calling('SQS', () => services.sendMessage(message)));
  if (!isObject(answer)) return {};
  return Object.fromEntries(Object.entries(answer).filter(([key]) => key !== '$metadata'));
}

/** A failed call is `{Service}.{Name}Exception`, as Step Functions names the errors of its integrations. */
async function calling<T>(service: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    const { name, message } = error instanceof Error ? error : new Error(String(error));
    const known = name === 'Error' ? 'Service' : name.replace(/(Exception|Error)$/, '');
    throw new StateError(`${service}.${known}Exception`, message);
  }
}

function textParameter(parameters: JsonObject, name: string): string {
  const value = parameters[name];
  if (typeof value === 'string' && value !== '') return value;
  throw runtimeError(`The parameter ${name} must be a string that is not empty.`);
}

function asText(value: Json): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function toJson(value: unknown): Json {
  return JSON.parse(JSON.stringify(value ?? null)) as Json;
}
