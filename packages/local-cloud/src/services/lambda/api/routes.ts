import { parseJson } from '@dure/local-http/json';
import { own } from '@dure/local-http/own-property';
import { AwsError } from '@dure/aws-protocols/aws-error';
import type { LambdaRoute } from './api.ts';
import { configuration, describeAlias, describeFunction } from './describe.ts';
import { parseFunctionName } from './function-name.ts';
import type { Functions } from './functions.ts';
import { LATEST, type LambdaFunction } from './model.ts';

/**
 * What the CLI and people ask of an account's functions, which CloudFormation changes.
 * @param mappings the event source mappings, as the API answers them
 * Source: https://docs.aws.amazon.com/lambda/latest/api/API_Operations.html
 */
export function accountRoutes(functions: Functions, mappings: () => readonly object[]): LambdaRoute[] {
  const { store } = functions;
  return [
    [
      'GET',
      /^\/2015-03-31\/functions\/?$/,
      () => ({ body: { Functions: store.all().map((definition) => configuration(definition, LATEST)) } }),
    ],
    [
      'GET',
      /\/functions\/[^/]+$/,
      ({ name, qualifier }) => {
        const { definition, version } = functions.resolve(name, qualifier);
        return { body: describeFunction(definition, version) };
      },
    ],
    [
      'GET',
      /\/functions\/[^/]+\/configuration$/,
      ({ name, qualifier }) => {
        const { definition, version } = functions.resolve(name, qualifier);
        return { body: configuration(definition, version) };
      },
    ],
    [
      'GET',
      /\/functions\/[^/]+\/versions$/,
      ({ name }) => {
        const { definition } = functions.resolve(name);
        const versions = [LATEST, ...definition.versions.map(({ version }) => version)];
        return { body: { Versions: versions.map((version) => configuration(definition, version)) } };
      },
    ],
    [
      'GET',
      /\/functions\/[^/]+\/aliases$/,
      ({ name }) => {
        const { definition } = functions.resolve(name);
        return {
          body: { Aliases: Object.values(definition.aliases).map((alias) => describeAlias(definition, alias)) },
        };
      },
    ],
    [
      'GET',
      /\/functions\/[^/]+\/aliases\/[^/]+$/,
      ({ name, rest }) => {
        const { definition } = functions.resolve(name);
        const wanted = rest.split('/')[1] ?? '';
        const alias = own(definition.aliases, wanted);
        if (alias !== undefined) return { body: describeAlias(definition, alias) };
        throw new AwsError('ResourceNotFoundException', `Cannot find alias arn: ${definition.arn}:${wanted}`, 404);
      },
    ],
    [
      'PUT',
      /\/functions\/[^/]+\/concurrency$/,
      ({ name, body }) => {
        const definition = unqualified(functions, name);
        const reserved = (parseJson(body.toString('utf8')) as Record<string, unknown> | undefined)?.[
          'ReservedConcurrentExecutions'
        ];
        if (!Number.isInteger(reserved) || Number(reserved) < 0) {
          const message = 'ReservedConcurrentExecutions has to be a whole number from 0 on.';
          throw new AwsError('InvalidParameterValueException', message);
        }
        functions.reserve(definition.name, Number(reserved));
        return { body: { ReservedConcurrentExecutions: reserved } };
      },
    ],
    [
      'GET',
      /\/functions\/[^/]+\/concurrency$/,
      ({ name }) => ({ body: { ReservedConcurrentExecutions: unqualified(functions, name).reservedConcurrency } }),
    ],
    [
      'DELETE',
      /\/functions\/[^/]+\/concurrency$/,
      ({ name }) => {
        functions.reserve(unqualified(functions, name).name, undefined);
        return { status: 204, body: '' };
      },
    ],
    ['GET', /\/event-source-mappings\/?$/, () => ({ body: { EventSourceMappings: mappings() } })],
  ];
}

/** Concurrency is reserved for a function and not for one of its versions. */
function unqualified({ store }: Functions, functionName: string): LambdaFunction {
  const { name, qualifier } = parseFunctionName(functionName);
  if (qualifier === undefined) return store.require(name);
  throw new AwsError(
    'InvalidParameterValueException',
    'This operation is permitted on Lambda functions only. Aliases and versions do not support this operation. ' +
      'Please specify either a function name or an unqualified function ARN.',
  );
}
