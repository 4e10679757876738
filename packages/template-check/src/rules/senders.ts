import { actionsOf, identityStatements, isAllow, resourceStatements } from '../policies.ts';
import type { PolicyStatement } from '../policies.ts';
import { targetOf } from '../references.ts';
import type { Message, Rule, Subject, Violation } from '../rule.ts';
import { at, isObject, list, ofType } from '../template.ts';
import type { Json } from '../template.ts';

const PUT_EVENTS = 'events:PutEvents';
const CONDITIONS = 'https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-conditions.html';
/** Operators by which a value has to be one of a list, and nothing else. */
const EXACT = ['StringEquals', 'ForAllValues:StringEquals'];

/** Who may say what on the bus, and who listens to whom. */
export const senderRules: readonly Rule[] = [
  {
    id: 'put-events-source',
    title: 'A service puts only events with its own source',
    why: 'Whoever puts an event in another service’s name is believed by all who consume it.',
    source: CONDITIONS,
    *check({ template, service }) {
      for (const policy of identityStatements(template).filter(letsEventsBePut)) {
        const sources = exactly(policy, 'events:source');
        if (sources?.length === 1 && sources[0] === `dure.${service}`) continue;
        yield violation(policy, 'Condition', `events:source is dure.${service}, by StringEquals, and must be there.`);
      }
    },
  },
  {
    id: 'put-events-detail-type',
    title: 'A service puts messages that a contract lets it send',
    why: 'A command that a service may not send, or an event that it does not own, comes from a mistake or an attack.',
    source: CONDITIONS,
    *check({ template, service, facts }) {
      const own = new Set(facts.messages.filter(({ senders }) => senders.includes(service)).map(detailTypeOf));
      for (const policy of identityStatements(template).filter(letsEventsBePut)) {
        const types = exactly(policy, 'events:detail-type');
        const other = types?.find((type) => !own.has(type));
        if (types !== undefined && types.length > 0 && other === undefined) continue;
        const what = other === undefined ? '' : `; ${other} is not`;
        yield violation(policy, 'Condition', `events:detail-type is one of what ${service} may send${what}.`);
      }
    },
  },
  {
    id: 'rule-source',
    title: 'A rule takes a message from those who may send it',
    why: 'A rule that looks at the detail type alone takes a command from anyone, and carries it out.',
    source: 'https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html',
    *check({ template, facts }) {
      for (const { id, properties } of ofType(template, 'AWS::Events::Rule')) {
        const pattern = properties['EventPattern'];
        const sources = list(at(pattern, 'source'));
        const path = 'Properties.EventPattern.source';
        // The default bus has what AWS's services say.
        if (pattern === undefined || properties['EventBusName'] === undefined) continue;
        if (sources.length === 0) yield { resource: id, path, right: 'The sources that the rule takes from.' };
        for (const type of list(at(pattern, 'detail-type'))) {
          const allowed = sourcesOf(facts.messages, type);
          const stranger = sources.find((source) => typeof source !== 'string' || !allowed.includes(source));
          if (stranger === undefined) continue;
          const shown = typeof stranger === 'string' ? stranger : JSON.stringify(stranger);
          const right = `Of ${JSON.stringify(type)}: ${allowed.join(', ') || 'no sender, because no contract has it'}; not ${shown}.`;
          yield { resource: id, path, right };
        }
      }
    },
  },
  {
    id: 'queue-sender',
    title: 'EventBridge brings a queue what a rule of the template picked',
    why: 'A queue that takes from any rule of the account takes messages that no rule here has checked.',
    source: 'https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-resource-based.html',
    *check(subject) {
      for (const policy of resourceStatements(subject.template).filter(isAllow)) {
        if (policy.entry.resource.Type !== 'AWS::SQS::QueuePolicy' || isOfOwnRules(subject, policy)) continue;
        yield violation(policy, 'Condition', 'ArnEquals: { aws:SourceArn: the ARNs of rules of this template }.');
      }
    },
  },
];

const letsEventsBePut = (policy: PolicyStatement): boolean =>
  isAllow(policy) && actionsOf(policy).some((action) => action.toLowerCase() === PUT_EVENTS.toLowerCase());

/** The texts one of which a condition key has to be; undefined where it may be something else, or be missing. */
function exactly({ statement }: PolicyStatement, key: string): string[] | undefined {
  const condition = statement['Condition'];
  const operator = EXACT.find((name) => at(at(condition, name), key) !== undefined);
  if (operator === undefined) return undefined;
  const mayBeMissing = operator.startsWith('ForAllValues') && String(at(at(condition, 'Null'), key)) !== 'false';
  return mayBeMissing ? undefined : list(at(at(condition, operator), key)).map(String);
}

const detailTypeOf = ({ detailType }: Message): string => detailType;

const sourcesOf = (messages: readonly Message[], type: Json): string[] =>
  messages.filter(({ detailType }) => detailType === type).flatMap(({ senders }) => senders.map((it) => `dure.${it}`));

/** Only rules of EventBridge: other services have their own sources. */
function isOfOwnRules({ template }: Subject, { statement }: PolicyStatement): boolean {
  const services = list(at(statement['Principal'], 'Service'));
  if (isObject(statement['Principal']) && services.length > 0 && !services.includes('events.amazonaws.com'))
    return true;
  const arns = list(at(at(statement['Condition'], 'ArnEquals'), 'aws:SourceArn'));
  const rules = arns.map((arn) => targetOf(template, arn));
  return (
    rules.length > 0 && rules.every((id) => id !== undefined && template.Resources[id]?.Type === 'AWS::Events::Rule')
  );
}

function violation({ entry, path }: PolicyStatement, key: string, right: string): Violation {
  return { resource: entry.id, path: `${path}.${key}`, right };
}
