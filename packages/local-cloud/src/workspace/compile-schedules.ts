import type { Resources } from '../services/cloudformation/template.ts';
import { lambdaLogicalId } from './functions.ts';
import type { Serverless } from './serverless.ts';

interface ScheduleEvent {
  rate?: string | string[];
}

/**
 * Runs the framework's compiler of `schedule` events, which takes the role of a function from the template, where the
 * framework puts functions only when it packages them.
 */
export async function compileSchedules(
  { service }: Serverless,
  resources: Resources,
  compile: () => unknown,
): Promise<void> {
  const ids = Object.keys(service.functions).map(lambdaLogicalId);
  const Role = { 'Fn::GetAtt': ['IamRoleLambdaExecution', 'Arn'] };
  for (const { events = [] } of Object.values(service.functions)) {
    for (const schedule of events.map((event) => event['schedule'] as ScheduleEvent | string | undefined)) {
      // The framework's schema makes it a list, when it is validated.
      if (typeof schedule === 'object') schedule.rate = [schedule.rate ?? []].flat();
    }
  }
  for (const id of ids) resources[id] = { Type: 'AWS::Lambda::Function', Properties: { Role } };
  await compile();
  for (const id of ids) delete resources[id];
}
