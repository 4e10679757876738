import { parentPort, workerData } from 'node:worker_threads';
import { manifestsOf, register, type Work } from './local.ts';

/** A thread of its own reads the contracts as they are saved now, and keeps the services' requests waiting for nothing. */
const work = workerData as Work;

const made = await manifestsOf(work);
const labels = work.registry === undefined ? {} : await register(work.registry, work.stage, made.manifests);
parentPort?.postMessage({ ...made, labels });
