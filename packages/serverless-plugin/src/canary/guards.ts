import { apiName } from '../alarms/service-alarms.ts';
import { logicalId } from '../names.ts';
import type { Json, Resource } from '../types.ts';
import type { ShiftedFunction } from './code-deploy.ts';

/** What a bad version causes within minutes. The age of a queue or stream may have other causes. */
const METRICS = {
  function: ['Errors', 'Throttles'],
  api: ['5XXError', 'Latency'],
};

/** The logical ids of the alarms that roll a function back: its errors, dead letters, and those of its API. */
export function guardsOf(
  { key, name, isHttp }: Pick<ShiftedFunction, 'key' | 'name' | 'isHttp'>,
  resources: Readonly<Record<string, Resource>>,
  context: { readonly service: string; readonly stage: string },
): string[] {
  const queue = logicalId(key, 'DeadLetterQueue');
  const guards = ({ Properties }: Resource): boolean => {
    const metric = String(Properties['MetricName']);
    const of = dimensionsOf(Properties['Dimensions'] ?? []);
    if (of['FunctionName'] === name) return METRICS.function.includes(metric);
    if (of['ApiName'] === apiName(context)) return isHttp && METRICS.api.includes(metric);
    return JSON.stringify(of['QueueName']) === JSON.stringify({ 'Fn::GetAtt': [queue, 'QueueName'] });
  };
  const alarms = Object.entries(resources).filter(([, { Type }]) => Type === 'AWS::CloudWatch::Alarm');
  return alarms.filter(([, alarm]) => guards(alarm)).map(([id]) => id);
}

function dimensionsOf(dimensions: Json): Readonly<Record<string, Json>> {
  const named = dimensions as readonly { readonly Name: string; readonly Value: Json }[];
  return Object.fromEntries(named.map(({ Name, Value }) => [Name, Value]));
}
