/** Shows what a test wrote to standard output only when it failed: a failure is not buried under logs of what passed. */
import { TestEnvironment } from 'jest-environment-node';

/** Of one test file: what came last says most about a failure. */
const MAX_CHARACTERS = 200_000;

export default class QuietEnvironment extends TestEnvironment {
  #written = '';
  #write = process.stdout.write.bind(process.stdout);

  async setup() {
    await super.setup();
    // The tests' own `process` has this process's stdout.
    process.stdout.write = (chunk, encoding, callback) => {
      this.#written = (this.#written + String(chunk)).slice(-MAX_CHARACTERS);
      const done = typeof encoding === 'function' ? encoding : callback;
      done?.();
      return true;
    };
  }

  handleTestEvent({ name, test }) {
    if (name === 'test_start') this.#written = '';
    if (name === 'test_done' && test.errors.length > 0 && this.#written !== '') {
      this.#write(`\nWritten by "${test.name}":\n${this.#written}\n`);
    }
  }

  async teardown() {
    process.stdout.write = this.#write;
    await super.teardown();
  }
}
