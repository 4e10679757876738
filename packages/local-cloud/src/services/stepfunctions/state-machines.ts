import { distributedMapsOf, resourcesOf } from '@dure/states-language/resources';
import type { StateMachineDefinition } from '@dure/states-language/definition';
import { InvalidDefinition } from '@dure/states-language/invalid-definition';
import type { ServiceCall, TaskResource } from '@dure/states-language/resource';
import { parseDefinition } from '@dure/states-language/validate';
import { variableReferences } from '@dure/states-language/variable-references';
import { AwsError } from '@dure/aws-protocols/aws-error';
import {
  checkArn,
  checkName,
  invalid,
  pageSize,
  readPageToken,
  refuse,
  text,
  writePageToken,
  type Request,
} from './request.ts';
import { optionalText } from './request.ts';
import { NO_LOGGING, readLogging, type Logging } from './execution-log.ts';
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
  /** @throws AwsError where the log group is not there */
  readonly checkLogging: (logging: Logging, before?: Logging) => void;
}

export interface NewMachine {
  readonly name: string;
  readonly definition: string;
  readonly roleArn: string;
  readonly type: MachineRow['type'];
  readonly logging: Logging;
}

/** Members of Create- and UpdateStateMachine that have no effect here, and so are refused. */
const UNSUPPORTED = [
  ...['publish', 'versionDescription', 'encryptionConfiguration'],
  ...['tracingConfiguration', 'tags'],
];

/** AWS's own key: another is refused. */
export const OWN_KEY = { type: 'AWS_OWNED_KEY' };

/** The actions on state machines. Source: https://docs.aws.amazon.com/step-functions/latest/apireference/ */
export function createMachines({ store, executions, services, accountId, region, now, checkLogging }: Parts) {
  const arnOf = (name: string) => `arn:aws:states:${region}:${accountId}:stateMachine:${name}`;
  const defaultRole = `arn:aws:iam::${accountId}:role/local`;

  function find(arn: string): MachineRow {
    const machine = store.machine(checkArn(arn, 'stateMachine'));
    if (machine !== undefined) return machine;
    throw new AwsError('StateMachineDoesNotExist', `State Machine Does Not Exist: '${arn}'`);
  }

  /** Creates the machine or gives it a new definition; running executions keep theirs. */
  function put(machine: NewMachine): MachineRow {
    const { name, definition, roleArn, type, logging } = machine;
    const arn = arnOf(name);
    const row = { arn, name, type, logging };
    store.transaction(() => store.putMachine(row, now(), store.addRevision(arn, definition, roleArn, now())));
    return find(arn);
  }

  return {
    find,

    /** For the host: creates or updates, and does nothing when all is as it was. @throws AwsError for another type */
    ensure(machine: Partial<NewMachine> & Pick<NewMachine, 'name' | 'definition'>): { stateMachineArn: string } {
      const wanted: NewMachine = { roleArn: defaultRole, type: 'STANDARD', logging: NO_LOGGING, ...machine };
      checkName(wanted.name);
      checkDefinition(services, wanted);
      const current = store.machine(arnOf(wanted.name));
      if (current !== undefined && current.type !== wanted.type) {
        throw new AwsError(
          'ValidationException',
          `The state machine ${wanted.name} exists with the type ${current.type}.`,
        );
      }
      checkLogging(wanted.logging, current?.logging);
      if (current === undefined || !isSame(current, wanted)) put(wanted);
      return { stateMachineArn: arnOf(wanted.name) };
    },

    create(request: Request): object {
      refuse(request, UNSUPPORTED);
      const type = request['type'] ?? 'STANDARD';
      if (type !== 'STANDARD' && type !== 'EXPRESS') {
        throw invalid(type, 'type', 'Member must satisfy enum value set: [STANDARD, EXPRESS]');
      }
      const name = checkName(text(request, 'name'));
      const roleArn = text(request, 'roleArn', 256);
      const definition = text(request, 'definition');
      const wanted = {
        name,
        definition,
        roleArn,
        type,
        logging: readLogging(request['loggingConfiguration']),
      } as const;
      checkDefinition(services, wanted);
      const current = store.machine(arnOf(name));
      if (current !== undefined && !(isSame(current, wanted) && current.type === type)) {
        throw new AwsError('StateMachineAlreadyExists', `State Machine Already Exists: '${current.arn}'`);
      }
      checkLogging(wanted.logging, current?.logging);
      const machine = current ?? put(wanted);
      return { stateMachineArn: machine.arn, creationDate: machine.created_at / 1000 };
    },

    update(request: Request): object {
      refuse(request, UNSUPPORTED);
      const machine = find(text(request, 'stateMachineArn', 256));
      const definition = optionalText(request, 'definition');
      const roleArn = optionalText(request, 'roleArn', 256);
      const { loggingConfiguration: logging } = request;
      if (definition === undefined && roleArn === undefined && logging === undefined) {
        throw new AwsError(
          'MissingRequiredParameter',
          'Either the definition, the role ARN, the LoggingConfiguration, or the TracingConfiguration must be specified',
        );
      }
      const wanted = checkDefinition(services, {
        name: machine.name,
        definition: definition ?? machine.definition,
        roleArn: roleArn ?? machine.role_arn,
        type: machine.type,
        logging: logging === undefined ? machine.logging : readLogging(logging),
      });
      checkLogging(wanted.logging, machine.logging);
      const updated = isSame(machine, wanted) ? machine : put(wanted);
      return { updateDate: updated.updated_at / 1000, ...revisionOf(updated) };
    },

    describe(request: Request): object {
      const machine = find(text(request, 'stateMachineArn', 256));
      return {
        stateMachineArn: machine.arn,
        name: machine.name,
        status: 'ACTIVE',
        definition: machine.definition,
        roleArn: machine.role_arn,
        type: machine.type,
        creationDate: machine.created_at / 1000,
        loggingConfiguration: machine.logging,
        tracingConfiguration: { enabled: false },
        ...describedRevision(machine),
      };
    },

    list(request: Request): object {
      const limit = pageSize(request);
      const after = readPageToken(request, 'machines') ?? '';
      const rows = store.machines(String(after), limit + 1);
      const page = rows.slice(0, limit);
      const last = page.at(-1);
      return {
        stateMachines: page.map(({ arn, name, type, created_at }) => ({
          ...{ stateMachineArn: arn, name, type, creationDate: created_at / 1000 },
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

function isSame(current: MachineRow, { definition, roleArn, logging }: NewMachine): boolean {
  const isAsDefined = current.definition === definition && current.role_arn === roleArn;
  return isAsDefined && JSON.stringify(current.logging) === JSON.stringify(logging);
}

/** Refuses what is no definition, and what is not supported. */
function checkDefinition(services: Services, machine: NewMachine): NewMachine {
  try {
    const definition = parseDefinition(machine.definition);
    for (const { at, resource } of resourcesOf(definition)) {
      if (machine.type === 'EXPRESS') requireExpress(resource, at);
      if (resource.kind === 'service') requireAction(services, resource.call, at);
    }
    if (machine.type === 'EXPRESS') requireInline(definition);
    return machine;
  } catch (error) {
    if (!(error instanceof InvalidDefinition)) throw error;
    throw new AwsError('InvalidDefinition', `Invalid State Machine Definition: '${error.message}'`);
  }
}

function requireExpress(resource: TaskResource, at: string): void {
  if (resource.kind === 'activity') {
    throw new InvalidDefinition('SCHEMA_VALIDATION_FAILED', 'Express state machine does not support Activity ARN', at);
  }
  if (resource.kind !== 'service' || resource.pattern === 'request') return;
  const pattern =
    resource.pattern === 'waitForTaskToken'
      ? "'.waitForTaskToken' service integration "
      : "'.sync' service integration";
  throw new InvalidDefinition('SCHEMA_VALIDATION_FAILED', `Express state machine does not support ${pattern}`, at);
}

function requireInline(definition: StateMachineDefinition): void {
  const at = distributedMapsOf(definition)[0];
  if (at === undefined) return;
  throw new InvalidDefinition(
    'SCHEMA_VALIDATION_FAILED',
    'Express state machine does not support a distributed Map',
    at,
  );
}

function requireAction({ sdk }: Services, { service, action, isSdk }: ServiceCall, at: string): void {
  const isKnown = service === 'lambda' ? action === 'invoke' : sdk.has(service, action);
  if (!isSdk || isKnown) return;
  const reason = `aws-sdk:${service}:${action} is no action that the local cloud can call`;
  throw new InvalidDefinition('SCHEMA_VALIDATION_FAILED', reason, at);
}

type Revision = Pick<MachineRow, 'definition' | 'revision' | 'is_updated'>;

/** A revision's id, in the form of a UUID; as on AWS, a machine has none before its first update. */
function revisionOf({ revision, is_updated }: Revision): object {
  if (is_updated === 0) return {};
  return { revisionId: `00000000-0000-4000-8000-${revision.toString(16).padStart(12, '0')}` };
}

/** What descriptions say about a definition: its revision, its variables, and that its key is AWS's own. */
export function describedRevision(revision: Revision): object {
  const references = variableReferences(JSON.parse(revision.definition) as StateMachineDefinition);
  return {
    ...revisionOf(revision),
    ...(Object.keys(references).length > 0 && { variableReferences: references }),
    encryptionConfiguration: OWN_KEY,
  };
}
