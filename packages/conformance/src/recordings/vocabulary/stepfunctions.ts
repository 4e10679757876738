import { Callable, type Named, Namespace } from '../reader/values.ts';
import type { Clients } from './clients.ts';
import { shortId } from './library.ts';

const newRole = (): string => `arn:aws:iam::000000000000:role/conformance-${shortId()}`;
/** The events that each level of a log has. Source: https://docs.aws.amazon.com/step-functions/latest/dg/cw-logs.html */
const LOGGED: Readonly<Record<string, RegExp>> = {
  ALL: /./,
  ERROR: /(Failed|Aborted|TimedOut)$|^FailStateEntered$/,
  FATAL: /^Execution(Failed|Aborted|TimedOut)$/,
  OFF: /(?!)/,
};
const EXECUTION_DEADLINE_MS = 40_000;
const POLL_MS = 50;

/** Calls whose arguments come by position or by name, in the order given. */
const positional = (names: readonly string[], call: (named: Named) => unknown): Callable =>
  new Callable((args, named) =>
    call({ ...Object.fromEntries(args.map((value, index) => [names[index] ?? '', value])), ...named }),
  );

const withoutClient = ({ target_aws_client: _, ...named }: Named): Named => named;

/** What the cases of Step Functions ask for. */
export function stepFunctions(
  { call, asValue: client }: Clients,
  snapshot: Namespace,
): Readonly<Record<string, unknown>> {
  const match = async (key: string, value: unknown): Promise<void> => {
    const matching = snapshot.member('match') as Callable;
    await matching.call([key, value], {});
  };

  const create = (named: Named) =>
    call('stepfunctions', 'CreateStateMachine', { name: `machine-${shortId()}`, roleArn: newRole(), ...named });

  async function ended(executionArn: unknown): Promise<Record<string, unknown>> {
    for (const deadline = Date.now() + EXECUTION_DEADLINE_MS; ;) {
      const description = await call('stepfunctions', 'DescribeExecution', { executionArn });
      // Of one that waits for years, AWS recorded what there was by then.
      if (description['status'] !== 'RUNNING' || Date.now() > deadline) return description;
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  }

  async function history(executionArn: unknown): Promise<Record<string, unknown>> {
    return call('stepfunctions', 'GetExecutionHistory', { executionArn, maxResults: 1000 });
  }

  async function record(stateMachineArn: unknown, named: Named): Promise<unknown> {
    const input = named['execution_input'];
    const { executionArn } = await call('stepfunctions', 'StartExecution', {
      stateMachineArn,
      ...(input !== null && input !== undefined && { input }),
    });
    const description = await ended(executionArn);
    if (named['verify_execution_description'] === true) await match('describe_execution', description);
    await match('get_execution_history', await history(executionArn));
    return executionArn;
  }

  const createWithRole = async (named: Named): Promise<unknown> => {
    const { definition, state_machine_name: name, state_machine_type: type, logging_configuration: logging } = named;
    const machine = { name, type, loggingConfiguration: logging };
    const given = Object.fromEntries(Object.entries(machine).filter(([, value]) => value !== undefined));
    return (await create({ definition, ...given }))['stateMachineArn'];
  };

  const run = async (named: Named): Promise<unknown> => {
    const { stateMachineArn } = await create({ definition: named['definition'] });
    return record(stateMachineArn, named);
  };
  const maker = ['client', 'role', 'machine', 'snapshot', 'definition'];
  const parameters = [...maker, 'execution_input'];

  return {
    sfn_snapshot: snapshot,
    aws_client_no_sync_prefix: client,
    aws_client_no_retry: client,
    // Asked for where LocalStack itself answers for AWS: the branch that ran on AWS is read.
    mock_config_file: () => new Namespace({}),
    create_activity: new Callable((_, named) => call('stepfunctions', 'CreateActivity', named)),
    create_state_machine_alias: new Callable((_, named) =>
      call('stepfunctions', 'CreateStateMachineAlias', withoutClient(named)),
    ),
    s3_create_bucket: new Callable(async (_, named) => {
      const Bucket = named['Bucket'] ?? `bucket-${shortId()}`;
      await call('s3', 'CreateBucket', { Bucket });
      return Bucket;
    }),
    create_state_machine_iam_role: new Callable(newRole),
    is_logging_enabled_for: new Callable(([level, type], named) =>
      LOGGED[String(named['log_level'] ?? level)]?.test(String(named['history_event_type'] ?? type)),
    ),
    create_state_machine: new Callable((_, named) => create(withoutClient(named))),
    create_and_record_execution: positional(parameters, run),
    create_state_machine_with_iam_role: positional([...maker, 'logging_configuration'], createWithRole),
    launch_and_record_execution: positional(['client', 'snapshot', 'machine', 'execution_input'], (named) =>
      record(named['state_machine_arn'] ?? named['machine'], named),
    ),
    await_execution_terminated: positional(['client', 'arn'], (named) =>
      ended(named['execution_arn'] ?? named['arn']).then(() => null),
    ),
    await_execution_success: positional(['client', 'arn'], (named) =>
      ended(named['execution_arn'] ?? named['arn']).then(() => null),
    ),
  };
}
