import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type BuildOptions, build } from 'esbuild';
import { parse } from 'yaml';
import { ROOT } from '../support/machine.ts';
import { fixed, type Part } from '../support/report.ts';
import { median } from '../support/statistics.ts';

const run = promisify(execFile);

interface Bundle {
  readonly name: string;
  readonly file: string;
  readonly environment: Readonly<Record<string, string>>;
}

interface Measured {
  readonly name: string;
  readonly kilobytes: number;
  readonly milliseconds: number;
}

/** Loads a module, and says how long that took. */
const IMPORT =
  'const s = performance.now(); require(process.argv[1]); console.log(performance.now() - s); process.exit()';

/** Size of each function's bundle, made as it is shipped, and the time to import it. */
export const bundles: Part = {
  name: 'bundles',
  what: 'the functions as shipped',
  async run({ options, progress }) {
    const folder = await mkdtemp(join(tmpdir(), 'dure-bench-bundles-'));
    try {
      progress('bundling');
      const made = await bundleAll(folder);
      const empty = join(folder, 'empty.cjs');
      await writeFile(empty, 'exports.handler = async () => ({});');
      const all = [{ name: 'an empty function', file: empty, environment: {} }, ...made];
      const times = new Map(all.map(({ name }): [string, number[]] => [name, []]));
      const runs = options.quick ? 1 : options.runs * 2;
      for (let round = 1; round <= runs; round += 1) {
        progress(`importing all, ${round} of ${runs}`);
        for (const bundle of all) times.get(bundle.name)!.push(await importTime(bundle));
      }
      const measured = await Promise.all(
        all.map(async ({ name, file }): Promise<Measured> => {
          const { size } = await stat(file);
          return { name, kilobytes: size / 1000, milliseconds: median(times.get(name)!) };
        }),
      );
      return {
        tables: [
          {
            title: `Functions as shipped, import median of ${runs}, no code cache`,
            head: ['', 'kB', 'import, ms'],
            rows: measured.map((one) => [one.name, fixed(one.kilobytes, 0), fixed(one.milliseconds, 1)]),
          },
        ],
        data: measured,
      };
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
};

async function importTime({ file, environment }: Bundle): Promise<number> {
  const { stdout } = await run(process.execPath, ['-e', IMPORT, file], { env: { ...environment } });
  return Number(stdout);
}

interface ServiceFile {
  readonly functions: Readonly<
    Record<string, { readonly handler: string; readonly environment?: Record<string, unknown> | string }>
  >;
}

async function bundleAll(folder: string): Promise<Bundle[]> {
  const options = shippedOptions();
  // What a bundle leaves out, as Lambda's runtime has it.
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'), 'junction');
  const made: Bundle[] = [];
  for (const service of readdirSync(join(ROOT, 'services')).sort()) {
    const serviceDir = join(ROOT, 'services', service);
    const { functions } = parse(await readFile(join(serviceDir, 'serverless.yml'), 'utf8'), YAML) as ServiceFile;
    for (const [key, { handler }] of Object.entries(functions)) {
      const file = join(folder, service, `${key}.cjs`);
      await build({ ...options, entryPoints: [join(serviceDir, handler.replace(/\.\w+$/, '.ts'))], outfile: file });
      made.push({ name: `${service} ${key}`, file, environment: await environmentOf(serviceDir) });
    }
  }
  return made;
}

/** CloudFormation's tags (`!Ref`) say nothing here. */
const YAML = { logLevel: 'silent' } as const;

/** As serverless-esbuild is told; `exclude` is its word for what is left to the runtime. */
function shippedOptions(): BuildOptions {
  const path = join(ROOT, 'packages', 'serverless-plugin', 'esbuild.yml');
  const {
    exclude,
    outputFileExtension: _,
    ...options
  } = parse(readFileSync(path, 'utf8')) as BuildOptions & {
    exclude: string[];
    outputFileExtension: string;
  };
  return { ...options, external: exclude, absWorkingDir: ROOT, logLevel: 'warning' };
}

/** What the composition asks for at import, whatever it says. */
async function environmentOf(serviceDir: string): Promise<Record<string, string>> {
  const composition = await readFile(join(serviceDir, 'src', 'composition.ts'), 'utf8');
  const asked = [...composition.matchAll(/required\('(\w+)'\)/g)].map(([, name]) => name!);
  const names = [
    ...asked,
    'TABLE_NAME',
    'BUS_NAME',
    'QUEUE_URL',
    'QUEUE_DLQ_URL',
    'AWS_ACCESS_KEY_ID',
    'AWS_SECRET_ACCESS_KEY',
  ];
  const texts = Object.fromEntries(names.map((name) => [name, 'http://localhost/none']));
  return { ...texts, AWS_REGION: 'us-east-1', MAX_RECEIVES: '5', SERVICE_NAME: 'bench' };
}
