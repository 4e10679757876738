import { run } from './run-local-cloud.ts';

run(process.argv.slice(2));
