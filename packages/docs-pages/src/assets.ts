import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import type { Assets } from './site.ts';
import { withoutParser } from './without-parser.ts';

const BROWSER = fileURLToPath(new URL('./browser', import.meta.url));
const require = createRequire(import.meta.url);

/** The renderers as their makers build them, by the names that the pages use. */
const RENDERERS: Readonly<Record<string, string>> = {
  'swagger-ui.js': join(folderOf('swagger-ui-dist'), 'swagger-ui-bundle.js'),
  'swagger-ui.css': join(folderOf('swagger-ui-dist'), 'swagger-ui.css'),
  'asyncapi.css': join(folderOf('@asyncapi/react-component'), 'styles/default.min.css'),
};
const OWN = ['bus.mjs', 'service.mjs', 'live.mjs', 'page.css'];

/** What the pages load: the renderers, and the pages' own scripts and style, minified. */
export async function readAssets(): Promise<Assets> {
  const { outputFiles } = await build({
    entryPoints: OWN.map((name) => join(BROWSER, name)),
    plugins: [withoutParser()],
    define: { 'process.env.NODE_ENV': '"production"' },
    ...{
      platform: 'browser',
      bundle: true,
      minify: true,
      format: 'esm',
      target: 'es2023',
      charset: 'utf8',
      write: false,
    },
    outdir: BROWSER,
    outExtension: { '.js': '.mjs' },
    legalComments: 'none',
    logLevel: 'silent',
  });
  return {
    ...Object.fromEntries(Object.entries(RENDERERS).map(([name, file]) => [name, withoutMap(readFileSync(file))])),
    ...Object.fromEntries(
      outputFiles.map(({ path, contents }) => [path.slice(BROWSER.length + 1), Buffer.from(contents)]),
    ),
    'icon.svg': readFileSync(join(BROWSER, 'icon.svg')),
  };
}

/** A source map is not served, so the line that names it would only make a browser's tools ask for it. */
const withoutMap = (source: Buffer): Buffer =>
  Buffer.from(source.toString('utf8').replace(/\n?(?:\/\/|\/\*)# sourceMappingURL=\S+(?: \*\/)?\s*$/, ''));

/** The folder of an installed package, whose `exports` may not list its files. */
function folderOf(name: string): string {
  for (const paths of require.resolve.paths(name) ?? []) {
    try {
      return dirname(require.resolve(join(paths, name, 'package.json')));
    } catch {
      continue;
    }
  }
  throw new Error(`${name} is not installed: run "npm install".`);
}
