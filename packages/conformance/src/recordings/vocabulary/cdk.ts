import { Callable, Namespace, Refused, Unreadable, text } from '../reader/values.ts';
import type { Call } from './clients.ts';

/** What a construct of the CDK makes, by its class, where the cases have one that the account may not know. */
const TYPES: Readonly<Record<string, string>> = {
  'aws_dynamodb.TableV2': 'AWS::DynamoDB::GlobalTable',
  'aws_ecs.Cluster': 'AWS::ECS::Cluster',
  'aws_ecs.FargateTaskDefinition': 'AWS::ECS::TaskDefinition',
};

/** An app or stack of the CDK, with the types of the resources in it that are known. */
class Scope extends Namespace {
  readonly types: Set<string>;
  constructor(types: Set<string>) {
    super(() => new Scope(types));
    this.types = types;
  }
}

/** A module, class or value of the CDK, whose members are more of these. Only its constructs are looked at. */
class Part extends Callable {
  readonly #path: string;
  constructor(path: string) {
    super(([scope]) => {
      const type = TYPES[path.replace(/^aws_cdk\./, '')];
      if (scope instanceof Scope && type !== undefined) scope.types.add(type);
      return path.endsWith('.Stack') && scope instanceof Scope ? scope : new Part(path);
    });
    this.#path = path;
  }
  override member(name: string): unknown {
    return new Part(`${this.#path}.${name}`);
  }
}

const MODULE_NAMES = ['aws_cdk', 'aws_cdk.aws_ecs', 'aws_cdk.aws_stepfunctions', 'aws_cdk.aws_stepfunctions_tasks'];

/** The CDK's modules. */
export const CDK: Readonly<Record<string, Callable>> = Object.fromEntries(
  MODULE_NAMES.map((name) => [name, new Part(name)]),
);

/**
 * `infrastructure_setup` of a case: an app whose stacks the CDK would make. What its constructs become is not known here,
 * only whether the account has their types: it refuses by name those that it does not have.
 */
export const infrastructure = (call: Call): Callable =>
  new Callable(() => {
    const app = new Scope(new Set());
    const provisioner = new Callable(async () => {
      const Resources = Object.fromEntries([...app.types].map((Type, index) => [`Resource${index}`, { Type }]));
      if (app.types.size > 0) {
        await call('cloudformation', 'ValidateTemplate', { TemplateBody: JSON.stringify({ Resources }) }).catch(
          (error: Error) => {
            throw error.message.includes('Unrecognized resource types') ? new Refused(text(error.message)) : error;
          },
        );
      }
      throw new Unreadable('a stack of the CDK');
    });
    return new Namespace({ cdk_app: app, provisioner, add_custom_setup: new Callable(() => null) });
  });
