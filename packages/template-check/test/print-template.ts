/** `node print-template.ts <folder> <stage>`: the two templates as the check makes them, from the archives in `.serverless`. */
import { archiveOf } from '../src/archives.ts';
import { resolveTemplate } from '../src/resolve.ts';

const [folder = '', stage = ''] = process.argv.slice(2);
const { template, firstTemplate } = await resolveTemplate(folder, stage, (name) => archiveOf(folder, name));
process.stdout.write(JSON.stringify({ template, firstTemplate }));
