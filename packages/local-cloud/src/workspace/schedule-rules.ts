import type { Resources } from '../services/cloudformation/template.ts';
import { lambdaLogicalId } from './functions.ts';
import type { Serverless } from './serverless.ts';

interface ScheduleEvent {
  readonly rate: string | string[];
  readonly enabled?: boolean;
  readonly input?: unknown;
  readonly name?: string;
}

/** The first four act; the others describe the rule, or choose how AWS makes it. */
const PROPERTIES = ['rate', 'enabled', 'input', 'name', 'description', 'method'];

/**
 * The rules of the functions' `schedule` events, under the framework's names. Its own compiler needs a whole stack.
 * @throws TypeError for a property that is not supported
 */
export function scheduleRules({ service }: Serverless): Resources {
  const rules = Object.entries(service.functions).flatMap(([key, { name, events = [] }]) => {
    const schedules = events.flatMap(({ schedule }) => (schedule === undefined ? [] : readSchedules(name, schedule)));
    const prefix = lambdaLogicalId(key).replace(/LambdaFunction$/, '');
    return schedules.map(({ rate, enabled = true, input, name: Name }, index) => {
      const target = { Id: `${key}Schedule`, Arn: { 'Fn::GetAtt': [lambdaLogicalId(key), 'Arn'] } };
      const Input = input === undefined ? undefined : { 'Fn::ToJsonString': input };
      const Properties = {
        ...(Name !== undefined && { Name }),
        ScheduleExpression: rate,
        State: enabled ? 'ENABLED' : 'DISABLED',
        Targets: [{ ...target, ...(Input !== undefined && { Input }) }],
      };
      return [`${prefix}EventsRuleSchedule${index + 1}`, { Type: 'AWS::Events::Rule', Properties }] as const;
    });
  });
  return Object.fromEntries(rules);
}

/** One for each rate. */
function readSchedules(functionName: string, schedule: unknown): ScheduleEvent[] {
  const event = (typeof schedule === 'string' ? { rate: schedule } : schedule) as ScheduleEvent;
  const unknown = Object.keys(event).find((name) => !PROPERTIES.includes(name));
  if (unknown !== undefined) throw new TypeError(`${functionName}: schedule.${unknown} is not supported locally.`);
  return [event.rate].flat().map((rate) => ({ ...event, rate }));
}
