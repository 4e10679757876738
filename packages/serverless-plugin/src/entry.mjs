/**
 * The framework loads this file, which loads the plugin. On an older Node.js the whole command restarts on the Node.js
 * that `npm start` finds, because the plugin is TypeScript and the functions need that version too.
 */
import { createRequire } from 'node:module';
import { rerun } from './rerun.mjs';

const WANTED_MAJOR = 24;

const isWanted = Number(process.versions.node.split('.')[0]) >= WANTED_MAJOR;

/** The framework waits for a plugin that is a promise; that of `rerun` is never fulfilled. */
export default isWanted ? createRequire(import.meta.url)('./index.ts').default : rerun();
