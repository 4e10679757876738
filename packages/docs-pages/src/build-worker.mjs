/** A thread of its own: `npm start` ends esbuild's process when it has bundled, and would end this one's build with it. */
import { workerData } from 'node:worker_threads';
import { stop } from 'esbuild';

const { buildSite } = await import('./build.ts');
await buildSite(workerData.contracts, workerData.folder);
await stop();
