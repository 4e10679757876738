import { readFileSync } from 'node:fs';
import { Callable, type Named, Namespace, Refused, Unreadable, text } from '../reader/values.ts';
import { infrastructure } from './cdk.ts';
import type { Call } from './clients.ts';
import { shortId } from './library.ts';
import { REFUSAL } from './sdk-answers.ts';
import { OF_TEXTS, STAND_INS } from './stand-ins.ts';

const ROLE = 'arn:aws:iam::000000000000:role/conformance';
const POLL_MS = 50;
/** Of a function whose case names none. */
const TIMEOUT_SECONDS = 30;

interface Stack {
  readonly StackId: string;
  readonly StackStatus: string;
  readonly StackStatusReason?: string;
  readonly Outputs?: readonly { readonly OutputKey: string; readonly OutputValue: string }[];
}

/** Applies a template as a stack of its own, or as the one named. */
export async function apply(call: Call, TemplateBody: string, named: Named): Promise<Stack> {
  const StackName = text(named['stack_name'] ?? `stack-${shortId()}`);
  const given = Object.entries((named['parameters'] ?? {}) as Record<string, unknown>);
  const Parameters = given.map(([ParameterKey, value]) => ({ ParameterKey, ParameterValue: text(value) }));
  const operation = named['is_update'] === true ? 'UpdateStack' : 'CreateStack';
  const Capabilities = ['CAPABILITY_IAM', 'CAPABILITY_NAMED_IAM', 'CAPABILITY_AUTO_EXPAND'];
  await call('cloudformation', operation, { StackName, TemplateBody, Parameters, Capabilities });
  for (;;) {
    const { Stacks } = await call('cloudformation', 'DescribeStacks', { StackName });
    const [stack] = Stacks as Stack[];
    if (stack === undefined) throw new Unreadable('a stack that is gone');
    if (/^(CREATE|UPDATE)_COMPLETE$/.test(stack.StackStatus)) return stack;
    if (!stack.StackStatus.endsWith('_IN_PROGRESS')) {
      const reason = `${stack.StackStatus}: ${await whyNot(call, StackName)}`;
      throw REFUSAL.test(reason) ? new Refused(reason) : new Error(reason);
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

async function whyNot(call: Call, StackName: string): Promise<string> {
  const { StackEvents } = await call('cloudformation', 'DescribeStackEvents', { StackName });
  const events = (StackEvents as { ResourceStatus: string; ResourceStatusReason?: string }[]).toReversed();
  return (
    events.find(({ ResourceStatus: status }) => status.endsWith('_FAILED'))?.ResourceStatusReason ?? 'no reason given'
  );
}

export const outputsOf = ({ Outputs = [] }: Stack): Record<string, string> =>
  Object.fromEntries(Outputs.map(({ OutputKey: key, OutputValue: value }) => [key, value]));

/** Makes stacks, and functions by stacks. */
export const stacks = (call: Call): Readonly<Record<string, unknown>> => ({
  deploy_cfn_template: new Callable(async (_, named) => {
    if (named['template_mapping'] !== undefined) throw new Unreadable('a template that is filled in');
    const body = named['template'] ?? readFileSync(text(named['template_path']), 'utf8');
    const stack = await apply(call, text(body), named);
    return new Namespace({
      ...{ stack_id: stack.StackId, stack_name: /stack\/([^/]+)/.exec(stack.StackId)?.[1], outputs: outputsOf(stack) },
      destroy: new Callable(
        async () => (await call('cloudformation', 'DeleteStack', { StackName: stack.StackId }), null),
      ),
    });
  }),
  infrastructure_setup: infrastructure(call),
  lambda_su_role: ROLE,
  create_lambda_function: new Callable((_, named) => createFunction(call, named)),
});

/** The code of the case is not run: a function of our own stands in where it is known to do the same. */
async function createFunction(call: Call, named: Named): Promise<unknown> {
  const path = text(named['handler_file'] ?? '').split('/');
  const file = path.at(-1) ?? '';
  const standIn =
    STAND_INS[path.slice(-2).join('/')] ??
    STAND_INS[file] ??
    OF_TEXTS.find(([pattern]) => pattern.test(text(named['handler_file'])))?.[1];
  const runtime = text(named['runtime']);
  // Of another language: the account says by itself that it does not run it.
  const isForeign = standIn === undefined && !/^(nodejs|python)/.test(runtime);
  if (standIn === undefined && !isForeign) throw new Unreadable(`the function ${file}`);
  const FunctionName = text(named['func_name'] ?? named['function_name']);
  const { envvars, DeadLetterConfig } = named;
  const Properties = {
    ...{
      FunctionName,
      Handler: 'index.handler',
      Runtime: standIn?.runtime ?? runtime,
      Role: ROLE,
      Code: { ZipFile: standIn?.source ?? '' },
    },
    Timeout: named['timeout'] ?? TIMEOUT_SECONDS,
    ...(envvars !== undefined && { Environment: { Variables: envvars } }),
    ...(DeadLetterConfig !== undefined && { DeadLetterConfig }),
  };
  const Outputs = { Arn: { Value: { 'Fn::GetAtt': ['Function', 'Arn'] } } };
  const template = { Resources: { Function: { Type: 'AWS::Lambda::Function', Properties } }, Outputs };
  const { Arn: FunctionArn } = outputsOf(await apply(call, JSON.stringify(template), {}));
  return {
    CreateFunctionResponse: { FunctionName, FunctionArn, ...(DeadLetterConfig !== undefined && { DeadLetterConfig }) },
  };
}
