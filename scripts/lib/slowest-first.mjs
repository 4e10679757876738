/** The order of test files for Jest: what takes minutes begins first, so that it does not run alone at the end. */
import { basename } from 'node:path';
import Sequencer from '@jest/test-sequencer';

/** Jest knows how long a file took here before; in a fresh clone it goes by the file's size, and these are short. */
const SLOWEST = [
  'account.test.ts',
  'drill.test.ts',
  'restart.test.ts',
  'gate.test.ts',
  'offline.test.ts',
  'ejected.test.ts',
  'new-service.test.ts',
  'same-artefacts.test.ts',
  'cli.test.ts',
  'browser.test.ts',
  'pairs.property.test.ts',
  'limits.test.ts',
  'types.test.ts',
  'silent-endpoints.test.ts',
  'examples.test.ts',
  'package.test.ts',
  'lint-boundaries.test.ts',
  'endings.test.ts',
  'crashes.test.ts',
  'reconciliation.test.ts',
  'docs-pages.test.ts',
  'provide-cloud.test.ts',
  'inspect.test.ts',
  'every-port.test.ts',
  'command.test.ts',
  'stage.test.ts',
  'state-machines.test.ts',
  'facts.test.ts',
  'start.test.ts',
  'replay.test.ts',
];

function rank({ path }) {
  const name = basename(path);
  const place = SLOWEST.indexOf(name);
  return place === -1 ? SLOWEST.length : place;
}

export default class SlowestFirst extends Sequencer {
  sort(tests) {
    return super.sort(tests).sort((one, other) => rank(one) - rank(other));
  }
}
