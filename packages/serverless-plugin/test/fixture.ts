import { DEFAULT_SETTINGS } from '../src/alarms/settings.ts';
import { expandService } from '../src/expand.ts';
import type { ServiceExpansion, ServiceInput } from '../src/expand.ts';
import type { Catalogue, FunctionConfig, Json, Resource, ServiceContext, Statement } from '../src/types.ts';

export const catalogue: Catalogue = [
  {
    kind: 'command',
    owner: 'stock',
    senders: ['orders', 'returns'],
    name: 'ReserveStock',
    major: 1,
    detailType: 'ReserveStock.v1',
  },
  {
    kind: 'event',
    owner: 'stock',
    senders: ['stock'],
    name: 'StockReserved',
    major: 1,
    detailType: 'StockReserved.v1',
  },
  {
    kind: 'event',
    owner: 'stock',
    senders: ['stock'],
    name: 'StockReserved',
    major: 2,
    detailType: 'StockReserved.v2',
  },
  { kind: 'event', owner: 'orders', senders: ['orders'], name: 'OrderPlaced', major: 1, detailType: 'OrderPlaced.v1' },
  {
    kind: 'event',
    owner: 'orders',
    senders: ['orders'],
    name: 'OrderCancelled',
    major: 1,
    detailType: 'OrderCancelled.v1',
  },
  { kind: 'command', owner: 'orders', senders: ['stock'], name: 'PlaceOrder', major: 1, detailType: 'PlaceOrder.v1' },
  {
    kind: 'endpoint',
    owner: 'stock',
    name: 'GetStock',
    access: 'public',
    version: 1,
    method: 'GET',
    fullPath: '/v1/stock/{sku}',
  },
  {
    kind: 'endpoint',
    owner: 'stock',
    name: 'SetStock',
    access: 'public',
    version: 1,
    method: 'PUT',
    fullPath: '/v1/stock/{sku}',
  },
  {
    kind: 'endpoint',
    owner: 'stock',
    name: 'SetStock',
    access: 'public',
    version: 2,
    method: 'PUT',
    fullPath: '/v2/stock/{sku}',
  },
  {
    kind: 'endpoint',
    owner: 'stock',
    name: 'GetHealth',
    access: 'public',
    version: 1,
    method: 'GET',
    fullPath: '/v1/health',
  },
  {
    kind: 'endpoint',
    owner: 'stock',
    name: 'GetVersion',
    access: 'public',
    version: 1,
    method: 'GET',
    fullPath: '/v1/version',
  },
  {
    kind: 'endpoint',
    owner: 'orders',
    name: 'GetOrder',
    access: 'public',
    version: 1,
    method: 'GET',
    fullPath: '/v1/orders/{orderId}',
  },
];

export const context: ServiceContext = {
  service: 'stock',
  stage: 'test',
  hasTable: true,
  bus: { name: 'the-bus', arn: 'the-bus-arn' },
  alarmTopic: 'the-topic-arn',
  alarms: DEFAULT_SETTINGS,
  timeout: 10,
};

export function expand(functions: Record<string, FunctionConfig>, rest: Partial<ServiceInput> = {}): ServiceExpansion {
  const defaults = {
    service: 'stock',
    stage: 'test',
    timeout: 10,
    version: '1.2.3',
    commit: 'abc',
    docs: 'https://example.com/docs',
    dure: {},
  };
  return expandService({ ...defaults, resources: {}, functions, ...rest }, catalogue);
}

/** The statements of a function's role except logs and traces. */
export function statementsOf(role: Resource | undefined): Statement[] {
  const policies = role?.Properties['Policies'] as unknown as { PolicyDocument: { Statement: Statement[] } }[];
  return policies.flatMap((policy) => policy.PolicyDocument.Statement).slice(2);
}

export function properties(resource: Resource | undefined): { readonly [key: string]: Json } {
  if (resource === undefined) throw new Error('The resource does not exist.');
  return resource.Properties;
}
