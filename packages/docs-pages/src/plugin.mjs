import { join } from 'node:path';
import { Worker } from 'node:worker_threads';

/** Where the function that serves the pages finds them: below the service's folder, as `package.patterns` packs them. */
export const FOLDER = '.docs';

/**
 * Serverless Framework plugin: builds the pages before the service is packaged, run by `npm start`, or by
 * `sls offline`. It stands before serverless-esbuild in `plugins`, which then packs what is there.
 */
export default class DocsPagesPlugin {
  constructor({ serviceDir }) {
    const contracts = join(serviceDir, '../../packages/contracts/generated');
    // Loaded only here: on an older Node.js, which reads no TypeScript, the command has started again by now.
    const build = () => inThread({ contracts, folder: join(serviceDir, FOLDER) });
    this.hooks = {
      'before:package:initialize': build,
      'before:offline:start': build,
      'before:offline:start:init': build,
    };
  }
}

/** @returns {Promise<void>} */
function inThread(workerData) {
  const worker = new Worker(new URL('./build-worker.mjs', import.meta.url), { workerData });
  return new Promise((resolve, reject) => {
    worker.once('error', reject);
    worker.once('exit', () => resolve());
  });
}
