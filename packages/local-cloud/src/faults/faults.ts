import type { FunctionFaults } from '@dure/lambda-runtime';
import type { AwsJsonService } from '@dure/aws-protocols/aws-json';
import type { Destinations } from '../services/eventbridge/index.ts';
import type { InvokeLambda } from '../shared/types.ts';
import { type ActivePlan, activate } from './active-plan.ts';
import { repeatDeliveries, repeatInvocations } from './repeated-deliveries.ts';
import { type FaultyProxy, startFaultyProxy } from './faulty-proxy.ts';
import { drawScheduledCopies, drawWebhookCopies } from './copies.ts';
import { createKills } from './kills.ts';
import { FAULTY_SERVICES, type FaultPlan, type RequestFault } from './plan.ts';
import { drawOutside, type SandboxFaults } from './outside.ts';
import { refuseEntries } from './refused-entries.ts';

/** Fault injection: passes everything on untouched until there is a plan. */
export interface Faults {
  /** What Lambda asks when it starts workers and invocations. */
  readonly functions: FunctionFaults;
  /** Between the bus and the targets of its rules. */
  delivering(deliver: Destinations['deliver']): Destinations['deliver'];
  /** Between event source mappings and functions. */
  invoking(invoke: InvokeLambda): InvokeLambda;
  /** Before the bus. */
  publishing(eventBridge: AwsJsonService): AwsJsonService;
  /** What becomes of the next request to a sandbox, and how often its next webhook is sent. */
  sandbox(name: string): SandboxFaults;
  /** How often the next run by a schedule is made. */
  scheduledCopies(): number;
  /**
   * Follows a plan in the place of the former. True when workers have to start anew, which learn where AWS is.
   * @param endpoints of the services, by name
   */
  follow(plan: FaultPlan, endpoints: Readonly<Record<string, string>>): Promise<boolean>;
  /** Ends the plan; what is held back goes on at once. */
  end(): void;
  /** The plan, and how often each fault was injected. */
  describe(): { plan: FaultPlan | null; injected: Readonly<Record<string, number>> };
  stop(): Promise<void>;
}

const VARIABLES: Record<RequestFault['service'], string> = {
  DynamoDB: 'AWS_ENDPOINT_URL_DYNAMODB',
  SQS: 'AWS_ENDPOINT_URL_SQS',
  EventBridge: 'AWS_ENDPOINT_URL_EVENTBRIDGE',
  'Step Functions': 'AWS_ENDPOINT_URL_SFN',
};

/** The SDK sends to where a queue's URL says, whatever the endpoint is. */
function queuesBehind(own: Readonly<Record<string, string>>, proxy: string | undefined): Record<string, string> {
  const endpoint = own['AWS_ENDPOINT_URL_SQS'];
  if (proxy === undefined || endpoint === undefined) return {};
  const urls = Object.entries(own).filter(([, value]) => value.startsWith(`${endpoint}/`));
  return Object.fromEntries(urls.map(([name, value]) => [name, proxy + value.slice(endpoint.length)]));
}

export function createFaults(): Faults {
  const proxies = new Map<RequestFault['service'], Promise<FaultyProxy>>();
  let active: ActivePlan | undefined;
  let deathOf: ReturnType<typeof createKills> | undefined;
  let environment: Readonly<Record<string, string>> = {};
  const current = (): ActivePlan | undefined => active;

  function end(): void {
    active?.withdraw();
    active = undefined;
    deathOf = undefined;
    environment = {};
  }

  /** A proxy stays once it is there, for the workers that still know its address. */
  async function proxiesFor({ requests = [] }: FaultPlan, endpoints: Readonly<Record<string, string>>) {
    const variables: Record<string, string> = {};
    for (const service of FAULTY_SERVICES.filter((it) => requests.some((fault) => fault.service === it))) {
      const proxy = proxies.get(service) ?? startFaultyProxy(service, endpoints[service]!, current);
      proxies.set(service, proxy);
      variables[VARIABLES[service]] = (await proxy).endpoint;
    }
    return variables;
  }

  return {
    functions: {
      environment: (own) => ({ ...own, ...queuesBehind(own, environment['AWS_ENDPOINT_URL_SQS']), ...environment }),
      absent(service) {
        const absent = active?.plan.absent?.includes(service) ?? false;
        if (absent) active?.count(`${service} was absent`);
        return absent;
      },
      skewMs(functionName) {
        const skew = active?.plan.clocks?.find((clock) => clock.function === functionName);
        if (skew !== undefined) active?.count(`clock of ${functionName} wrong`);
        return (skew?.seconds ?? 0) * 1000;
      },
      death: (functionName) => deathOf?.(functionName),
      died: (functionName) => active?.count(`killed ${functionName}`),
    },
    delivering: (deliver) => repeatDeliveries(deliver, current),
    invoking: (invoke) => repeatInvocations(invoke, current),
    publishing: (eventBridge) => refuseEntries(eventBridge, current),
    sandbox: (name) => ({
      request: () => drawOutside(active, name),
      webhookCopies: () => drawWebhookCopies(active, name),
    }),
    scheduledCopies: () => drawScheduledCopies(active),
    async follow(plan, endpoints) {
      const variables = await proxiesFor(plan, endpoints);
      const former = JSON.stringify(environment);
      end();
      active = activate(plan);
      deathOf = createKills(active);
      environment = variables;
      return JSON.stringify(environment) !== former;
    },
    end,
    describe: () => ({ plan: active?.plan ?? null, injected: active?.counts() ?? {} }),
    async stop() {
      end();
      for (const proxy of proxies.values()) await (await proxy).stop();
    },
  };
}
