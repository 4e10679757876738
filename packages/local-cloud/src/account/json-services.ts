import { AwsError } from '@dure/aws-protocols/aws-error';
import type { AwsJsonService } from '@dure/aws-protocols/aws-json';

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
