import { join } from 'node:path';
import { buildSync } from 'esbuild';

/** In characters; longer code must be an archive. */
const ZIP_FILE_LIMIT = 4096;

/**
 * The hook as a function's inline code: one CommonJS file that uses the runtime's AWS SDK.
 * Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-properties-lambda-function-code.html
 */
export function hookCode(): string {
  const { outputFiles } = buildSync({
    entryPoints: [join(import.meta.dirname, 'hook.ts')],
    bundle: true,
    minify: true,
    platform: 'node',
    target: 'node24',
    format: 'cjs',
    external: ['@aws-sdk/*'],
    write: false,
    logLevel: 'silent',
  });
  const code = outputFiles.map(({ text }) => text).join('');
  if (code.length > ZIP_FILE_LIMIT)
    throw new Error(`The hook has ${code.length} characters, but the limit is ${ZIP_FILE_LIMIT}.`);
  return code;
}
