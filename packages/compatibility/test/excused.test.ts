import { expect, it } from '@jest/globals';
import { canDeploy, type Question } from '../src/index.ts';
import { live, objectOf, provides, release, requires, schemaOf, text } from './stage.ts';

const placed = 'orders/OrderPlaced@1';
const [whole, less] = [objectOf({ id: text, name: text }), objectOf({ id: text })];
const reader = release('mail 1', requires(placed, 'event', whole, ['name']));
const question: Question = {
  live: live(release('orders 1', provides(placed, 'event', whole)), reader),
  releases: [release('orders 2', provides(placed, 'event', less))],
  ...{ schemaOf, deprecations: {}, now: new Date('2026-11-30T00:00:00Z') },
};

it('leaves out what somebody has answered for, and nothing else', () => {
  expect(canDeploy(question).answer).toBe('no');
  expect(canDeploy({ ...question, excused: ({ consumer }) => consumer?.service === 'mail' }).answer).toBe('yes');
  expect(canDeploy({ ...question, excused: ({ consumer }) => consumer?.service === 'other' }).answer).toBe('no');
});

it('does not excuse what is unknown, which may stand behind what blocks', () => {
  const stranger = release('audit 1', requires(placed, 'event', objectOf({ id: text, only: text }), ['id']));
  const [required] = stranger.requires;
  const known = (hash: string) => (hash === required?.schema ? undefined : schemaOf(hash));
  const both = { ...question, live: [...question.live, ...live(stranger)], schemaOf: known };
  expect(canDeploy(both).answer).toBe('no');
  expect(canDeploy({ ...both, excused: () => true }).answer).toBe('unknown');
});
