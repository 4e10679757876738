import { describe, expect, it } from '@jest/globals';
import { parsePlan } from '../../src/faults/plan.ts';

const kill = { function: 'orders-local-relay', at: 'before-answer', invocations: [1] };

describe('a plan', () => {
  it('is taken as a whole, with what is left out filled in', () => {
    const plan = {
      seed: 7,
      deliveries: { copies: 3, windowMs: 250 },
      kills: [
        { function: 'orders-local-relay', at: 'before-write', write: 2, invocations: [1, 3] },
        { function: 'journal-local-record', at: 'before-answer', probability: 0.5 },
      ],
      putEvents: { refuse: 0.2 },
      requests: [{ service: 'DynamoDB', actions: ['PutItem'], throttle: 0.1, fail: 0.2, loseAnswer: 0.7 }],
      clocks: [{ function: 'orders-local-sweep', seconds: -172_800 }],
      absent: ['shipping'],
      sandboxes: {
        bank: { down: 0.1, lie: 0.2, slow: 0.3, slowMs: 900 },
        post: { down: 0, lie: 0.5, slow: 0, slowMs: 3_000, webhooks: { lose: 0.1, repeat: 0.9 } },
      },
      schedules: { lose: 0.5, repeat: 0.5 },
    };
    expect(parsePlan(plan)).toEqual({ ...plan, kills: [plan.kills[0], { ...plan.kills[1], write: 1 }] });
    expect(parsePlan({})).toEqual({ seed: 1 });
    expect(parsePlan({ sandboxes: { post: { lie: 0.5 } } })).toEqual({
      seed: 1,
      sandboxes: { post: { down: 0, lie: 0.5, slow: 0, slowMs: 3_000 } },
    });
    expect(parsePlan({ deliveries: { copies: 2 } })).toEqual({ seed: 1, deliveries: { copies: 2, windowMs: 0 } });
  });

  it.each([
    [[], 'The plan has to be an object.'],
    [{ sead: 1 }, 'The plan has an unknown field "sead"'],
    [{ seed: 1.5 }, 'seed has to be a whole number'],
    [{ deliveries: { copies: 0 } }, 'deliveries.copies has to be a whole number from 1 to 10.'],
    [{ deliveries: { windowMs: 60_000 } }, 'deliveries.windowMs has to be a whole number from 0 to 10000.'],
    [{ deliveries: { twice: true } }, 'deliveries has an unknown field "twice"; there are copies, windowMs.'],
    [{ kills: [] }, 'kills has to be a list that is not empty.'],
    [{ kills: [{ ...kill, function: '' }] }, 'kills[0].function has to be a string'],
    [{ kills: [kill, { ...kill, at: 'noon' }] }, 'kills[1].at has to be one of before-write, before-answer.'],
    [{ kills: [{ ...kill, write: 1 }] }, 'kills[0].write goes with at: before-write.'],
    [{ kills: [{ ...kill, invocations: [0] }] }, 'kills[0].invocations has to be a whole number'],
    [{ kills: [{ ...kill, probability: 1 }] }, 'kills[0] has to have either invocations or a probability.'],
    [{ putEvents: {} }, 'putEvents.refuse has to be a number from 0 to 1.'],
    [{ requests: [{ service: 'S3' }] }, 'requests[0].service has to be one of DynamoDB, SQS'],
    [{ requests: [{ service: 'SQS', fail: 2 }] }, 'requests[0].fail has to be a number from 0 to 1.'],
    [{ requests: [{ service: 'SQS', fail: 0.6, throttle: 0.6 }] }, 'The probabilities of requests[0] are more than 1'],
    [{ requests: [{ service: 'SQS', actions: 'all' }] }, 'requests[0].actions has to be a list'],
    [{ clocks: [{ function: 'orders-local-sweep', seconds: 0.5 }] }, 'clocks[0].seconds has to be a whole number'],
    [{ clocks: [{ function: 'orders-local-sweep', seconds: 259_201 }] }, 'clocks[0].seconds'],
    [{ clocks: [{ seconds: 5 }] }, 'clocks[0].function has to be a string'],
    [{ absent: [] }, 'absent has to be a list that is not empty.'],
    [{ absent: [7] }, 'absent has to be a string'],
    [{ sandboxes: { bank: { down: 0.6, lie: 0.6 } } }, 'The probabilities of sandboxes.bank are more than 1 together.'],
    [{ sandboxes: { post: { slowMs: 0 } } }, 'sandboxes.post.slowMs has to be a whole number from 1 to 60000.'],
    [{ sandboxes: { post: { late: 1 } } }, 'sandboxes.post has an unknown field "late"; there are down, lie, slow,'],
    [
      { sandboxes: { post: { webhooks: { lose: 2 } } } },
      'sandboxes.post.webhooks.lose has to be a number from 0 to 1.',
    ],
    [{ schedules: { late: 1 } }, 'schedules has an unknown field "late"; there are lose, repeat.'],
  ])('%j is refused by what is wrong with it', (plan, reason) => {
    expect(() => parsePlan(plan)).toThrow(reason);
  });
});
