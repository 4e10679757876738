import { describe, expect, it } from '@jest/globals';
import type { Json, Resource, Statement } from '../src/types.ts';
import { expand, statementsOf } from './fixture.ts';

const putEvents: Statement = { Effect: 'Allow', Action: 'events:PutEvents', Resource: 'the-bus-arn' };

/** What stock publishes, and what it may send. */
const bound = {
  'ForAllValues:StringEquals': {
    'events:source': ['dure.stock'],
    'events:detail-type': ['PlaceOrder.v1', 'StockReserved.v1', 'StockReserved.v2'],
  },
  Null: { 'events:source': 'false', 'events:detail-type': 'false' },
};

const conditions = (role: Resource | undefined) =>
  statementsOf(role)
    .filter(({ Action }) => Action === 'events:PutEvents')
    .map(({ Condition }) => Condition);

const role = (...statements: Statement[]): Resource => ({
  Type: 'AWS::IAM::Role',
  Properties: {
    Policies: [
      {
        PolicyName: 'own',
        PolicyDocument: { Version: '2012-10-17', Statement: statements.map((it) => ({ ...it })) as Json[] },
      },
    ],
  },
});

const logs: Statement = { Effect: 'Allow', Action: ['logs:CreateLogStream', 'logs:PutLogEvents'], Resource: '*' };

describe('events can be put in the service’s own name alone, of the types that the contracts give it', () => {
  it('by its relay', () => {
    expect(conditions(expand({ it: { relay: true } }).resources['ItRole'])).toEqual([bound]);
  });

  it('by any other function that may', () => {
    expect(conditions(expand({ it: { iam: [putEvents] } }).resources['ItRole'])).toEqual([bound]);
  });

  it("by the service's own role, such as that of a state machine", () => {
    const { resources } = expand({}, { resources: { Own: role(logs, logs, putEvents), Other: role(logs) } });
    expect(conditions(resources['Own'])).toEqual([bound]);
    expect(resources['Own']).toMatchObject({ Type: 'AWS::IAM::Role' });
    expect(resources).not.toHaveProperty('Other');
  });

  it("by the service's own policy", () => {
    const PolicyDocument = { Version: '2012-10-17', Statement: { ...putEvents } } as Json;
    const { resources } = expand(
      {},
      { resources: { Own: { Type: 'AWS::IAM::Policy', Properties: { PolicyDocument } } } },
    );
    expect(resources['Own']?.Properties['PolicyDocument']).toMatchObject({ Statement: [{ Condition: bound }] });
  });
});

describe('refused', () => {
  it.each<[string, Statement, string]>([
    [
      'events:PutEvents beside other actions',
      { ...putEvents, Action: ['events:PutEvents', 'events:PutRule'] },
      'functions.it: events:PutEvents needs its own statement',
    ],
    ['its own condition', { ...putEvents, Condition: {} }, 'functions.it: the condition of events:PutEvents'],
  ])('%s', (_, statement, sentence) => {
    expect(() => expand({ it: { iam: [statement] } })).toThrow(sentence);
  });

  it('a relay of a service that has nothing to say', () => {
    const silent = () => expand({ it: { relay: true } }, { service: 'silent' });
    expect(silent).toThrow('functions.it: dure.silent has nothing to put on the bus');
  });
});
