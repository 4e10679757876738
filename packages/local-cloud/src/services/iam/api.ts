import { AwsError } from '@dure/aws-protocols/aws-error';
import type { QueryService } from '@dure/aws-protocols/aws-query';

/** A stack, as far as it has roles. */
interface Stack {
  readonly resources: Readonly<
    Record<
      string,
      {
        readonly type: string;
        readonly physicalId: string;
        readonly at: string;
        readonly properties: Readonly<Record<string, unknown>>;
      }
    >
  >;
}

interface Role {
  readonly name: string;
  readonly createdAt: string;
  readonly properties: Readonly<Record<string, unknown>>;
}

interface InlinePolicy {
  readonly PolicyName: string;
  readonly PolicyDocument: unknown;
}

/**
 * IAM's API: the roles of stacks can be read, with their policies.
 * Source: https://docs.aws.amazon.com/IAM/latest/APIReference/API_Operations.html
 */
export function createIamApi(stacks: () => readonly Stack[], accountId: string): QueryService {
  const roles = (): Role[] =>
    stacks().flatMap(({ resources }) =>
      Object.values(resources)
        .filter(({ type, physicalId }) => type === 'AWS::IAM::Role' && physicalId !== '')
        .map(({ physicalId: name, at: createdAt, properties }) => ({ name, createdAt, properties })),
    );
  const require = (input: Readonly<Record<string, unknown>>): Role => {
    const wanted = String(input['RoleName'] ?? '');
    const role = roles().find(({ name }) => name === wanted);
    if (role === undefined) throw new AwsError('NoSuchEntity', `The role with name ${wanted} cannot be found.`, 404);
    return role;
  };
  const describe = ({ name, createdAt, properties }: Role): object => ({
    Path: properties['Path'] ?? '/',
    RoleName: name,
    RoleId: `AROA${Buffer.from(name).toString('hex').toUpperCase().padEnd(17, '0').slice(0, 17)}`,
    Arn: `arn:aws:iam::${accountId}:role${String(properties['Path'] ?? '/')}${name}`,
    CreateDate: createdAt,
    AssumeRolePolicyDocument: encoded(properties['AssumeRolePolicyDocument']),
  });
  return {
    namespace: 'https://iam.amazonaws.com/doc/2010-05-08/',
    actions: {
      GetRole: (input) => ({ Role: describe(require(input)) }),
      ListRoles: () => ({ Roles: roles().map(describe), IsTruncated: false }),
      ListRolePolicies: (input) => ({
        PolicyNames: policiesOf(require(input)).map(({ PolicyName }) => PolicyName),
        IsTruncated: false,
      }),
      GetRolePolicy(input) {
        const role = require(input);
        const policy = policiesOf(role).find(({ PolicyName }) => PolicyName === input['PolicyName']);
        if (policy === undefined) {
          throw new AwsError(
            'NoSuchEntity',
            `The role policy with name ${String(input['PolicyName'])} cannot be found.`,
            404,
          );
        }
        return { RoleName: role.name, PolicyName: policy.PolicyName, PolicyDocument: encoded(policy.PolicyDocument) };
      },
      ListAttachedRolePolicies(input) {
        const arns = (require(input).properties['ManagedPolicyArns'] ?? []) as string[];
        const AttachedPolicies = arns.map((PolicyArn) => ({ PolicyName: PolicyArn.split('/').at(-1), PolicyArn }));
        return { AttachedPolicies, IsTruncated: false };
      },
    },
  };
}

const policiesOf = ({ properties }: Role): InlinePolicy[] => (properties['Policies'] ?? []) as InlinePolicy[];

/** IAM answers documents percent-encoded. */
const encoded = (document: unknown): string => encodeURIComponent(JSON.stringify(document));
