import { run } from './run-until-stopped.ts';

run(process.argv.slice(2));
