import { isObject, type Json, type JsonObject } from './json-path.ts';
import type { Action } from './resource.ts';
import type { Run, Services } from './run.ts';
import { runtimeError, StateError } from './state-error.ts';

/**
 * Invokes a function and answers its payload. Throws the function's error by its type, with AWS's JSON cause.
 * Source: https://docs.aws.amazon.com/step-functions/latest/dg/connect-lambda.html
 */
export async function invokeFunction(services: Services, functionName: string, payload: Json): Promise<Json> {
  const result = await calling('Lambda', () => services.invokeLambda(functionName, payload));
  if (result.ok) return (result.payload ?? null) as Json;
  const { errorMessage, errorType, stackTrace: trace = [] } = result;
  throw new StateError(errorType, JSON.stringify({ errorMessage, errorType, trace }));
}

/** Calls a service's action with a state's Parameters and answers what the state's result is made from. */
export async function callAction(run: Run, action: Action, parameters: Json): Promise<Json> {
  if (!isObject(parameters)) throw runtimeError('Parameters must be an object.');
  if (action === 'lambda:invoke') return invoke(run, parameters);
  if (action === 'events:putEvents') return putEvents(run, parameters);
  return sendMessage(run, parameters);
}

async function invoke(run: Run, parameters: JsonObject): Promise<Json> {
  const payload = await invokeFunction(
    run.services,
    textParameter(parameters, 'FunctionName'),
    parameters['Payload'] ?? {},
  );
  return { ExecutedVersion: '$LATEST', Payload: payload, StatusCode: 200 };
}

/** As on AWS, a Detail may be an object, and the state machine and execution are added to each entry's Resources. */
async function putEvents(run: Run, parameters: JsonObject): Promise<Json> {
  const entries = parameters['Entries'];
  if (!Array.isArray(entries)) throw runtimeError('The parameter Entries must be a list.');
  const sent = entries.map((entry) => {
    if (!isObject(entry)) throw runtimeError('Each of the Entries must be an object.');
    const { Detail: detail, Resources: resources } = entry;
    return {
      ...entry,
      ...(detail === undefined ? {} : { Detail: asText(detail) }),
      Resources: [...(Array.isArray(resources) ? resources : []), run.machineArn, run.executionArn],
    };
  });
  const answer = await calling('EventBridge', () => run.services.putEvents(sent, run.roleArn));
  const result = { Entries: answer.Entries ?? [], FailedEntryCount: answer.FailedEntryCount ?? 0 };
  if (result.FailedEntryCount > 0) throw new StateError('EventBridge.FailedEntry', JSON.stringify(result));
  return toJson(result);
}

async function sendMessage(run: Run, parameters: JsonObject): Promise<Json> {
  const message = {
    ...parameters,
    QueueUrl: textParameter(parameters, 'QueueUrl'),
    MessageBody: asText(parameters['MessageBody'] ?? ''),
  };
  const answer = toJson(await calling('SQS', () => run.services.sendMessage(message)));
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
