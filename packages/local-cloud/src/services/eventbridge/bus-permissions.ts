import { isObject, parseJson } from '@dure/local-http/json';
import {
  allowOnly,
  invalid,
  notFound,
  optionalObject,
  optionalText,
  requiredText,
} from '@dure/aws-protocols/aws-input';
import { busArn, busNameOf } from './arns.ts';
import type { Buses } from './buses.ts';
import type { Action, Context } from './context.ts';

interface Statement {
  readonly Sid?: string;
  readonly [name: string]: unknown;
}

/**
 * The actions on the policies of buses. There is one account: a policy is kept and shown, and nobody is refused by it.
 * Source: https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutPermission.html
 */
export function busPermissionActions(context: Context, buses: Buses): Record<string, Action> {
  const save = (bus: string, policy: string | null): void =>
    void context.database
      .prepare('UPDATE eventbridge_buses SET policy = ?, modified = ? WHERE name = ?')
      .run(policy, context.now(), bus);
  const saveStatements = (bus: string, statements: readonly Statement[]): void =>
    save(bus, statements.length === 0 ? null : JSON.stringify({ Version: '2012-10-17', Statement: statements }));

  return {
    PutPermission(input) {
      allowOnly('PutPermission', input, ['EventBusName', 'Action', 'Principal', 'StatementId', 'Condition', 'Policy']);
      const { name, policy } = buses.get(busNameOf(context, input.EventBusName));
      const whole = optionalText(input, 'Policy', 10_240);
      if (whole !== undefined) {
        if (!isObject(parseJson(whole)))
          throw invalid('Parameter Policy is not valid. Reason: it is not a JSON object.');
        save(name, whole);
        return {};
      }
      const Sid = requiredText(input, 'StatementId', 64);
      const Action = requiredText(input, 'Action', 64);
      if (Action !== 'events:PutEvents') throw invalid("Provided value in parameter 'action' is not supported.");
      const statement = {
        ...{ Sid, Effect: 'Allow', Principal: principalOf(requiredText(input, 'Principal', 12)), Action },
        Resource: busArn(context, name),
        ...conditionOf(optionalObject(input, 'Condition')),
      };
      saveStatements(name, [...statementsOf(policy).filter((other) => other.Sid !== Sid), statement]);
      return {};
    },
    RemovePermission(input) {
      allowOnly('RemovePermission', input, ['EventBusName', 'StatementId', 'RemoveAllPermissions']);
      const { name, policy } = buses.get(busNameOf(context, input.EventBusName));
      if (input.RemoveAllPermissions === true) {
        save(name, null);
        return {};
      }
      const sid = requiredText(input, 'StatementId', 64);
      const statements = statementsOf(policy);
      const left = statements.filter(({ Sid }) => Sid !== sid);
      if (left.length === statements.length) throw notFound('Statement with the provided id does not exist.');
      saveStatements(name, left);
      return {};
    },
  };
}

function principalOf(principal: string): unknown {
  if (principal === '*') return principal;
  if (!/^\d{12}$/.test(principal)) throw invalid('Parameter Principal is not valid. Reason: it is an account or "*".');
  return { AWS: `arn:aws:iam::${principal}:root` };
}

/** One condition: of which kind, on which key, and with which value. */
function conditionOf(condition: Record<string, unknown> | undefined): object {
  if (condition === undefined) return {};
  allowOnly('Condition', condition, ['Type', 'Key', 'Value']);
  const [type, key, value] = ['Type', 'Key', 'Value'].map((name) => requiredText(condition, name, 1024));
  return { Condition: { [type!]: { [key!]: value } } };
}

function statementsOf(policy: string | null): Statement[] {
  const { Statement } = (policy === null ? {} : JSON.parse(policy)) as { Statement?: Statement | Statement[] };
  return [Statement ?? []].flat();
}
