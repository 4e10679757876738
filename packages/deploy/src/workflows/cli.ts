import { join } from 'node:path';
import { lintWorkflows } from './lint-workflows.ts';

const found = await lintWorkflows(join(process.cwd(), '.github', 'workflows'));
for (const line of found) process.stdout.write(`.github/workflows/${line}\n`);
process.exitCode = found.length === 0 ? 0 : 1;
