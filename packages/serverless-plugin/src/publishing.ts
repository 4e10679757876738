import { ConfigurationError } from './types.ts';
import type { Catalogue, Json, Resource, Resources, Statement } from './types.ts';

const PUT_EVENTS = 'events:PutEvents';
const POLICIES = ['AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy', 'AWS::IAM::RolePolicy'];

/** A service, with the messages that the contracts let it send. */
export interface Publisher {
  readonly source: string;
  /** Its own events, and the commands that it may send. */
  readonly detailTypes: readonly string[];
}

export function publisherOf(catalogue: Catalogue, service: string): Publisher {
  const messages = catalogue.filter((contract) => contract.kind !== 'endpoint');
  const own = messages.filter(({ senders }) => senders.includes(service));
  return { source: `dure.${service}`, detailTypes: [...new Set(own.map(({ detailType }) => detailType))].sort() };
}

/**
 * Binds a statement that allows PutEvents to the service's own source and detail types; other statements are unchanged.
 * The keys have several values in a request with several events. All values must be on the list, and the key must be
 * present, because AWS treats a missing key as one whose values all match.
 * Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-use-conditions.html
 * @throws ConfigurationError if the statement has other actions or a condition, or the service may send nothing
 */
export function boundToSender(statement: Statement, publisher: Publisher, where: string): Statement {
  const actions = [statement.Action].flat();
  if (statement.Effect !== 'Allow' || !actions.includes(PUT_EVENTS)) return statement;
  const refuse = (sentence: string): never => {
    throw new ConfigurationError(`${where}: ${sentence}`);
  };
  if (actions.length > 1) refuse(`${PUT_EVENTS} needs its own statement; its condition comes from the contracts.`);
  if (statement.Condition !== undefined)
    refuse(`the condition of ${PUT_EVENTS} comes from the contracts; leave it out.`);
  const { source, detailTypes } = publisher;
  if (detailTypes.length === 0) refuse(`${source} has nothing to put on the bus: no contract names it as a sender.`);
  return {
    ...statement,
    Condition: {
      'ForAllValues:StringEquals': { 'events:source': [source], 'events:detail-type': detailTypes },
      Null: { 'events:source': 'false', 'events:detail-type': 'false' },
    },
  };
}

/** The service's own roles and policies that allow PutEvents, bound like its functions' roles. */
export function boundResources(resources: Resources, publisher: Publisher): Resources {
  const bound = Object.entries(resources).map(([id, resource]): [string, Resource] => [
    id,
    bind(resource, publisher, `resources.Resources.${id}`),
  ]);
  return Object.fromEntries(bound.filter(([id, resource]) => resource !== resources[id]));
}

interface PolicyDocument {
  readonly Statement: Statement | readonly Statement[];
}

function bind(resource: Resource, publisher: Publisher, where: string): Resource {
  if (!JSON.stringify(resource).includes(PUT_EVENTS)) return resource;
  const bindDocument = (document: Json | undefined): Json => {
    const { Statement: statements, ...rest } = document as unknown as PolicyDocument;
    const all = [statements].flat() as Statement[];
    return { ...rest, Statement: all.map((it) => ({ ...boundToSender(it, publisher, where) })) } as Json;
  };
  const { Policies: policies, PolicyDocument: document } = resource.Properties;
  if (resource.Type === 'AWS::IAM::Role' && Array.isArray(policies)) {
    const inline = policies as readonly { readonly PolicyDocument: Json }[];
    const Policies = inline.map((policy) => ({ ...policy, PolicyDocument: bindDocument(policy.PolicyDocument) }));
    return { ...resource, Properties: { ...resource.Properties, Policies } };
  }
  if (!POLICIES.includes(resource.Type)) return resource;
  return { ...resource, Properties: { ...resource.Properties, PolicyDocument: bindDocument(document) } };
}
