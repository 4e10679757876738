import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Template } from '@dure/cloudformation/template';
import { compileTemplate } from '../../../src/workspace/compile.ts';
import { loadServerless, type Serverless } from '../../../src/workspace/serverless.ts';

const MODULES = join(import.meta.dirname, '..', '..', '..', '..', '..', 'node_modules');
const OPTIONS = { stage: 'local', region: 'us-east-1', accountId: '000000000000' };

export interface Lab {
  readonly folder: string;
  load(filename?: string): Promise<Serverless>;
  compile(): Promise<Template>;
  remove(): void;
}

/** A service of these files in a folder of its own, read as `npm start` reads it. */
export function lab(files: Readonly<Record<string, string>>): Lab {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'dure-yml-')));
  symlinkSync(MODULES, join(folder, 'node_modules'), 'junction');
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  const load = async (filename = Object.keys(files)[0]!): Promise<Serverless> => {
    const before = process.cwd();
    process.chdir(folder);
    try {
      return await loadServerless(folder, filename, OPTIONS);
    } finally {
      process.chdir(before);
    }
  };
  return {
    folder,
    load,
    compile: async () => compileTemplate(await load()),
    remove: () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }),
  };
}

/** A serverless.yml with these lines about its functions, which begin in its fifth line. */
export const yml = (functions: string, more = ''): string => `service: lab
frameworkVersion: '4'
provider: { name: aws, runtime: nodejs24.x, region: us-east-1 }
functions:
${functions}
${more}`;
