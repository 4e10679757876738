import { expect, it } from '@jest/globals';
import { makeStory } from '@dure/drill/make-story';
import { silent } from '@dure/drill/progress';
import { reportOf, reportText } from '@dure/drill/report';
import { runDrill } from '@dure/drill/run-drill';
import { KINDS } from '@dure/drill/story';
import { openWorld } from '@dure/drill/world';
import { report } from '@dure/testing/report';

const SEED = 20_261;
const ORDERS = 40;
const RATE = 2;
/** A message that was received four times without success is redelivered after 250 seconds, give or take a fifth. */
const QUIET_WITHIN_MS = 420_000;

it('a short drill with every kind of fault: every order ends, without violations', async () => {
  const world = await openWorld();
  try {
    const story = makeStory({ seed: SEED, orders: ORDERS, rate: RATE, kinds: KINDS }, await world.functions());
    const outcome = await runDrill(world, story, silent, { quietWithinMs: QUIET_WITHIN_MS });
    const summary = reportOf(outcome);
    report(reportText(summary));
    expect(outcome.violations).toEqual([]);
    expect(summary).toMatchObject({ orders: ORDERS, crashes: 1, kinds: [...KINDS].sort() });
    expect(outcome.settled.quietAfterMs).toEqual(expect.any(Number));
  } finally {
    await world.stop();
  }
}, 900_000);
