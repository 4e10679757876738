import type { Cloud } from '@dure/testing/cloud';

/** The local cloud's counts of a function. */
export interface FunctionCounts {
  readonly name: string;
  readonly service: string;
  /** Whether a queue invokes it. */
  readonly consumes: boolean;
  /** Messages received from its queue. */
  readonly messages: number;
  readonly workers: number;
  readonly invocations: number;
  readonly busyMilliseconds: number;
  readonly waitedMilliseconds: number;
}

interface FunctionsView {
  readonly functions: readonly Omit<FunctionCounts, 'consumes' | 'messages'>[];
  readonly eventSourceMappings: readonly {
    readonly FunctionName: string;
    readonly EventSourceArn: string;
    readonly RecordsHandedOver?: number;
  }[];
}

export async function functionsOf(cloud: Cloud): Promise<readonly FunctionCounts[]> {
  const { functions, eventSourceMappings } = (await cloud.view('functions')) as FunctionsView;
  const queues = eventSourceMappings.filter(({ EventSourceArn }) => EventSourceArn.includes(':sqs:'));
  return functions.map((one) => {
    const queue = queues.find(({ FunctionName }) => FunctionName.split(':').at(-1) === one.name);
    return { ...one, consumes: queue !== undefined, messages: queue?.RecordsHandedOver ?? 0 };
  });
}

/** The counts since `before`, without functions that did nothing. */
export async function functionsSince(cloud: Cloud, before: readonly FunctionCounts[]): Promise<FunctionCounts[]> {
  const after = await functionsOf(cloud);
  return after
    .map((now) => {
      const then = before.find(({ name }) => name === now.name);
      return {
        ...now,
        messages: now.messages - (then?.messages ?? 0),
        invocations: now.invocations - (then?.invocations ?? 0),
        busyMilliseconds: now.busyMilliseconds - (then?.busyMilliseconds ?? 0),
        waitedMilliseconds: now.waitedMilliseconds - (then?.waitedMilliseconds ?? 0),
      };
    })
    .filter(({ invocations }) => invocations > 0);
}

/** `orders-local-workflowStep` → `orders workflowStep` */
export const shortName = ({ name, service }: FunctionCounts): string => `${service} ${name.split('-').at(-1) ?? name}`;
