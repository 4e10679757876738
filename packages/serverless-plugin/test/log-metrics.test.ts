import { expect, it } from '@jest/globals';
import { awaitLogGroups } from '../src/log-metrics.ts';
import type { Template } from '../src/template/template.ts';
import type { Resource } from '../src/types.ts';
import { expand } from './fixture.ts';

it('makes a metric of the duration in each function’s lines, which waits for the log group', () => {
  const { resources } = expand({ sweep: { handler: 'src/sweep.handler' } });
  expect(resources['SweepDurationFilter']).toEqual({
    Type: 'AWS::Logs::MetricFilter',
    Properties: {
      LogGroupName: '/aws/lambda/stock-test-sweep',
      FilterPattern: '{ $.duration >= 0 }',
      MetricTransformations: [
        {
          ...{ MetricNamespace: 'Dure/test', MetricName: 'duration', MetricValue: '$.duration', Unit: 'Milliseconds' },
          Dimensions: [
            { Key: 'service', Value: '$.service' },
            { Key: 'operation', Value: '$.operation' },
            { Key: 'outcome', Value: '$.outcome' },
          ],
        },
      ],
    },
  });
  const group = (name: string): Resource => ({ Type: 'AWS::Logs::LogGroup', Properties: { LogGroupName: name } });
  const template: Template = {
    Resources: {
      ...resources,
      SweepLogGroup: group('/aws/lambda/stock-test-sweep'),
      OtherLogGroup: group('/aws/lambda/stock-test-other'),
    },
  };
  awaitLogGroups(template);
  expect(template.Resources['SweepDurationFilter']?.DependsOn).toBe('SweepLogGroup');
});
