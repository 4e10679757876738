import { readCompose } from './compose.ts';
import { pipelineRole } from './pipeline-role.ts';

const services = readCompose(process.cwd()).map(({ name }) => name);
process.stdout.write(`${JSON.stringify(pipelineRole(services), undefined, 2)}\n`);
if (process.connected) process.disconnect();
