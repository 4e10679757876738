import { callsOf } from '@dure/states-language/calls';
import { InvalidDefinition } from '@dure/states-language/invalid-definition';
import type { ServiceCall } from '@dure/states-language/resource';
import { parseDefinition } from '@dure/states-language/validate';
import { AwsError } from '@dure/aws-protocols/aws-error';
import { checkArn, checkName, pageSize, readPageToken, refuse, text, writePageToken, type Request } from './request.ts';
import { optionalText } from './request.ts';
import type { Executions } from './executions.ts';
import type { Services } from './integrations.ts';
import type { MachineRow, Store } from './store.ts';

interface Parts {
  readonly store: Store;
  readonly executions: Executions;
  readonly services: Services;
  readonly accountId: string;
  readonly region: string;
  readonly now: () => number;
}

/** Members of Create- and UpdateStateMachine that have no effect here, and so are refused. */
const UNSUPPORTED = [
  ...['publish', 'versionDescription', 'encryptionConfiguration'],
  ...['loggingConfiguration', 'tracingConfiguration', 'tags'],
];

/** The actions on state machines. Source: https://docs.aws.amazon.com/step-functions/latest/apireference/ */
export function createMachines({ store, executions, services, accountId, region, now }: Parts) {
  const arnOf = (name: string) => `arn:aws:states:${region}:${accountId}:stateMachine:${name}`;
  const defaultRole = `arn:aws:iam::${accountId}:role/local`;

  function find(arn: string): MachineRow {
    const machine = store.machine(checkArn(arn, 'stateMachine'));
    if (machine !== undefined) return machine;
    throw new AwsError('StateMachineDoesNotExist', `State Machine Does Not Exist: '${arn}'`);
  }

  /** Creates the machine or gives it a new definition; running executions keep theirs. */
  function put(name: string, definition: string, roleArn: string): MachineRow {
    const arn = arnOf(name);
    store.transaction(() => store.putMachine(arn, name, now(), store.addRevision(arn, definition, roleArn, now())));
    return find(arn);
  }

  return {
    find,

    /** For the host: creates or updates, and does nothing when all is as it was. */
    ensure(name: string, definition: string, roleArn = defaultRole): { stateMachineArn: string } {
      checkName(name);
      checkDefinition(services, definition);
      const current = store.machine(arnOf(name));
      if (current?.definition !== definition || current.role_arn !== roleArn) put(name, definition, roleArn);
      return { stateMachineArn: arnOf(name) };
    },

    create(request: Request): object {
      refuse(request, UNSUPPORTED);
      if ((request['type'] ?? 'STANDARD') !== 'STANDARD') {
        const reason = `State machines of type ${String(request['type'])} are not supported by the local cloud.`;
        throw new AwsError('StateMachineTypeNotSupported', reason);
      }
      const name = checkName(text(request, 'name'));
      const roleArn = text(request, 'roleArn', 256);
      const definition = text(request, 'definition');
      checkDefinition(services, definition);
      const current = store.machine(arnOf(name));
      if (current !== undefined && (current.definition !== definition || current.role_arn !== roleArn)) {
        throw new AwsError('StateMachineAlreadyExists', `State Machine Already Exists: '${current.arn}'`);
      }
      const machine = current ?? put(name, definition, roleArn);
      return { stateMachineArn: machine.arn, creationDate: machine.created_at / 1000 };
    },

    update(request: Request): object {
      refuse(request, UNSUPPORTED);
      const machine = find(text(request, 'stateMachineArn', 256));
      const definition = optionalText(request, 'definition');
      const roleArn = optionalText(request, 'roleArn', 256);
      if (definition === undefined && roleArn === undefined) {
        throw new AwsError('MissingRequiredParameter', 'Either the definition, the role ARN, or both must be provided');
      }
      if (definition !== undefined) checkDefinition(services, definition);
      const updated = put(machine.name, definition ?? machine.definition, roleArn ?? machine.role_arn);
      return { updateDate: updated.updated_at / 1000, revisionId: revisionId(updated.revision) };
    },

    describe(request: Request): object {
      const machine = find(text(request, 'stateMachineArn', 256));
      return {
        stateMachineArn: machine.arn,
        name: machine.name,
        status: 'ACTIVE',
        definition: machine.definition,
        roleArn: machine.role_arn,
        type: 'STANDARD',
        creationDate: machine.created_at / 1000,
        loggingConfiguration: { level: 'OFF', includeExecutionData: false },
        tracingConfiguration: { enabled: false },
        revisionId: revisionId(machine.revision),
      };
    },

    list(request: Request): object {
      const limit = pageSize(request);
      const after = readPageToken(request, 'machines') ?? '';
      const rows = store.machines(String(after), limit + 1);
      const page = rows.slice(0, limit);
      const last = page.at(-1);
      return {
        stateMachines: page.map(({ arn, name, created_at }) => ({
          ...{ stateMachineArn: arn, name, type: 'STANDARD', creationDate: created_at / 1000 },
        })),
        ...(rows.length > limit && last !== undefined ? { nextToken: writePageToken('machines', last.name) } : {}),
      };
    },

    /** Its executions end and are forgotten with it. No error when there is none, as on AWS. */
    delete(request: Request): object {
      const arn = checkArn(text(request, 'stateMachineArn', 256), 'stateMachine');
      executions.stopAllOf(arn);
      store.deleteMachine(arn);
      return {};
    },
  };
}

export type Machines = ReturnType<typeof createMachines>;

/** Refuses what is no definition, and what is not supported. */
function checkDefinition(services: Services, text: string): void {
  try {
    const definition = parseDefinition(text);
    for (const [at, call] of callsOf(definition)) requireAction(services, call, at);
  } catch (error) {
    if (!(error instanceof InvalidDefinition)) throw error;
    throw new AwsError('InvalidDefinition', `Invalid State Machine Definition: '${error.message}'`);
  }
}

function requireAction({ sdk }: Services, { service, action, isSdk }: ServiceCall, at: string): void {
  const isKnown = service === 'lambda' ? action === 'invoke' : sdk.has(service, action);
  if (!isSdk || isKnown) return;
  const reason = `aws-sdk:${service}:${action} is no action that the local cloud can call`;
  throw new InvalidDefinition('SCHEMA_VALIDATION_FAILED', reason, at);
}

/** A revision's id, in the form of a UUID as on AWS. */
export function revisionId(revision: number): string {
  return `00000000-0000-4000-8000-${revision.toString(16).padStart(12, '0')}`;
}
