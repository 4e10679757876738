import { knownProperties, type ResourceType } from '../cloudformation/index.ts';
import type { Subscriptions } from './subscriptions.ts';

/** Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-logs-subscriptionfilter.html */
export function subscriptionFilterType(subscriptions: Subscriptions): ResourceType {
  const known = ['DestinationArn', 'FilterName', 'FilterPattern', 'LogGroupName'];
  return {
    nameProperty: 'FilterName',
    replacedBy: ['LogGroupName'],
    ...knownProperties('AWS::Logs::SubscriptionFilter', known),
    create({ name, properties }) {
      subscriptions.put({
        name,
        logGroup: String(properties['LogGroupName']),
        pattern: String(properties['FilterPattern'] ?? ''),
        destinationArn: String(properties['DestinationArn']),
      });
      return { ref: name, attributes: {} };
    },
    remove({ name, properties: { LogGroupName: logGroup } }) {
      if (subscriptions.of(String(logGroup)).some((filter) => filter.name === name)) {
        subscriptions.remove(String(logGroup), name);
      }
    },
  };
}
