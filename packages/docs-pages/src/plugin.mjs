import { join } from 'node:path';

/** Where the function that serves the pages finds them: below the service's folder, as `package.patterns` packs them. */
export const FOLDER = '.docs';

/**
 * Serverless Framework plugin: builds the pages before the service is packaged, run by `npm start`, or by
 * `sls offline`. It stands before serverless-esbuild in `plugins`, which then packs what is there.
 */
export default class DocsPagesPlugin {
  constructor({ serviceDir }) {
    const build = async () => {
      // Loaded only here: on an older Node.js, which reads no TypeScript, the command has started again by now.
      const { buildSite } = await import('./build.ts');
      await buildSite(join(serviceDir, '../../packages/contracts/generated'), join(serviceDir, FOLDER));
    };
    this.hooks = {
      'before:package:initialize': build,
      'before:offline:start': build,
      'before:offline:start:init': build,
    };
  }
}
