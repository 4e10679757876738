import type { IncomingMessage, ServerResponse } from 'node:http';
import { AwsError } from '../shared/protocols/aws-error.ts';
import type { AwsJsonService } from '../shared/protocols/aws-json.ts';
import { parseJson, readBody } from '../shared/http-body.ts';

/** Answers a request of the AWS JSON protocol. Source: https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html */
export async function answerJson(
  service: AwsJsonService,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const type = request.headers['content-type'] ?? 'application/x-amz-json-1.1';
  const send = (status: number, body: unknown): void => {
    response.writeHead(status, { 'content-type': type });
    response.end(JSON.stringify(body));
  };
  try {
    const action = String(request.headers['x-amz-target'] ?? '').split('.')[1] ?? '';
    send(200, (await service(action, parseJson(await readBody(request)))) ?? {});
  } catch (error) {
    const known = error instanceof AwsError ? error : new AwsError('InternalFailure', String(error), 500);
    send(known.statusCode, { __type: known.code, message: known.message });
  }
}

/** A registry without repositories: the CLI asks for one before it removes a stack. */
export const ecr: AwsJsonService = async (action, input) => {
  if (action !== 'DescribeRepositories') {
    throw new AwsError('UnknownOperationException', `ECR's ${action} is not supported here.`);
  }
  const [name] = (input['repositoryNames'] ?? []) as string[];
  if (name === undefined) return { repositories: [] };
  const message = `The repository with name '${name}' does not exist in the registry with id '${String(input['registryId'])}'`;
  throw new AwsError('RepositoryNotFoundException', message);
};
