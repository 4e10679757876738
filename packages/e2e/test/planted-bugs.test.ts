import { expect, it } from '@jest/globals';
import { PLANTED } from '@dure/drill/planted/bugs';
import { drillWith } from '@dure/drill/planted/find-planted';
import { report } from '@dure/testing/report';

/** Each needs its own cloud and a minute or two: all of them by night (`DURE_PLANTED=all`), these by `quick`. */
const QUICK = ['money is held twice for one order', 'the relay passes over what was refused'];
const chosen = process.env['DURE_PLANTED'] === 'all' ? Object.keys(PLANTED) : QUICK;

it.each(chosen)(
  'a drill finds it when %s',
  async (name) => {
    const { violations, tookMs } = await drillWith(name);
    expect(violations).toContainEqual(expect.stringMatching(PLANTED[name]!.found));
    report(`found by ${violations.length} violations after ${(tookMs / 1000).toFixed(0)} s: ${violations[0]}`);
  },
  300_000,
);
