import { describe, expect, it } from '@jest/globals';
import type { FunctionConfig, Resources } from '../src/types.ts';
import { expand, properties } from './fixture.ts';

const ofType = (resources: Resources, type: string) =>
  Object.entries(resources).filter(([, resource]) => resource.Type === type);

const alarmsOf = (resources: Resources) => ofType(resources, 'AWS::CloudWatch::Alarm').map(([id]) => id);

describe('alarms', () => {
  it.each<[string, FunctionConfig, string[]]>([
    ['a plain function', {}, ['ItErrorsAlarm']],
    [
      'a consumer',
      { consumes: ['ReserveStock.v1'] },
      ['ItDeadLetterQueueAlarm', 'ItRuleDeadLetterQueueAlarm', 'ItErrorsAlarm'],
    ],
    ['a relay', { relay: true }, ['ItDeadLetterQueueAlarm', 'ItErrorsAlarm', 'ItIteratorAgeAlarm']],
    ['a stream', { stream: { filter: {} } }, ['ItDeadLetterQueueAlarm', 'ItErrorsAlarm', 'ItIteratorAgeAlarm']],
    ['a schedule', { events: [{ schedule: 'rate(1 minute)' }] }, ['ItDeadLetterQueueAlarm', 'ItErrorsAlarm']],
  ])('of %s', (_, config, alarms) => {
    expect(alarmsOf(expand({ it: config }).resources)).toEqual(alarms);
  });

  it('go off at the first dead letter, under the name of its queue', () => {
    const { resources } = expand({ it: { relay: true } });
    expect(properties(resources['ItDeadLetterQueueAlarm'])).toEqual({
      AlarmName: 'dure-test-stock-it-dlq',
      AlarmDescription: 'Messages that failed for good wait for a person.',
      Namespace: 'AWS/SQS',
      MetricName: 'ApproximateNumberOfMessagesVisible',
      Dimensions: [{ Name: 'QueueName', Value: { 'Fn::GetAtt': ['ItDeadLetterQueue', 'QueueName'] } }],
      Statistic: 'Maximum',
      Period: 60,
      EvaluationPeriods: 1,
      Threshold: 0,
      ComparisonOperator: 'GreaterThanThreshold',
      TreatMissingData: 'notBreaching',
    });
  });

  it('are on the function by the name that it has', () => {
    const { resources } = expand({ it: { relay: true }, named: { name: 'my-own-name' } });
    const [own, named] = ['ItErrorsAlarm', 'NamedErrorsAlarm'].map((id) => properties(resources[id]));
    expect(own).toMatchObject({ MetricName: 'Errors', Statistic: 'Sum', Threshold: 0 });
    expect(own?.['Dimensions']).toEqual([{ Name: 'FunctionName', Value: 'stock-test-it' }]);
    expect(named?.['Dimensions']).toEqual([{ Name: 'FunctionName', Value: 'my-own-name' }]);
  });

  it('tell that a stream is a minute behind for five minutes', () => {
    const { resources } = expand({ it: { relay: true } });
    expect(properties(resources['ItIteratorAgeAlarm'])).toMatchObject({
      AlarmName: 'dure-test-stock-it-iterator-age',
      MetricName: 'IteratorAge',
      Statistic: 'Maximum',
      Threshold: 60_000,
      Period: 60,
      EvaluationPeriods: 5,
    });
  });

  it('leave no dead-letter queue without one', () => {
    const { resources } = expand({
      commands: { consumes: ['ReserveStock.v1'] },
      relay: { relay: true },
      sweep: { events: [{ schedule: 'rate(1 minute)' }] },
    });
    const deadLetterQueues = ofType(resources, 'AWS::SQS::Queue').filter(([, queue]) =>
      String(queue.Properties['QueueName']).endsWith('-dlq'),
    );
    expect(deadLetterQueues).toHaveLength(4);
    for (const [id] of deadLetterQueues) expect(resources).toHaveProperty(`${id}Alarm`);
  });
});
