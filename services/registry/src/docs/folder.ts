import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * The folder of the built pages: beside the bundle's own folder where it was packaged, or further up, as `sls offline`
 * runs a bundle in a folder of its own below the service's.
 * @throws Error where no folder above has them
 */
export function builtPages(start: string): string {
  const folder = join(start, '.docs');
  if (existsSync(join(folder, 'files.json'))) return folder;
  if (dirname(start) === start) throw new Error('The pages were not built: .docs/files.json is missing.');
  return builtPages(dirname(start));
}
