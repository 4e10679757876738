import type { Account } from './account.ts';
import type { States } from './schedule.ts';

/** Prints each service's state after a Ctrl-C. CloudFormation continues on its own. */
export async function reportStopped(
  screen: { write(text: string): void },
  account: Account,
  stage: string,
  states: States,
): Promise<void> {
  const lines: string[] = [];
  for (const [name, { is }] of states) {
    if (is === 'stopped') lines.push(`${name}: ${await stackInWords(account, `${name}-${stage}`)}`);
    if (is === 'skipped') lines.push(`${name}: not begun`);
    if (is === 'done') lines.push(`${name}: through`);
  }
  screen.write(`\nStopped.\n${lines.map((line) => `  ${line}\n`).join('')}`);
}

async function stackInWords(account: Account, stack: string): Promise<string> {
  const look = `aws cloudformation describe-stacks --stack-name ${stack} --query "Stacks[0].StackStatus"`;
  try {
    const status = await account.stackStatus(stack);
    if (status === undefined) return 'stopped; it has no stack';
    if (status.endsWith('_IN_PROGRESS')) return `stopped while its stack is ${status}, which goes on: ${look}`;
    return `stopped; its stack is ${status}`;
  } catch (error) {
    return `stopped; the state of its stack could not be read (${(error as Error).message}): ${look}`;
  }
}
