import { dirname, join } from 'node:path';
import { createRequire } from 'node:module';
import type { Plugin } from 'esbuild';

const require = createRequire(import.meta.url);

const PARSER = /^@asyncapi\/parser(\/cjs\/document)?$/;
/** What the parser checks documents with. Ajv compiles schemas to code when it is loaded. */
const CHECKERS = /^(@stoplight\/.+|ajv|ajv-formats|ajv-errors)$/;
const NAMESPACE = 'without-parser';

/**
 * esbuild plugin: AsyncAPI's component with the models of its parser, but without the parser. The build "without-parser"
 * of its makers still compiles schemas to code when it is loaded, which a page without `unsafe-eval` does not let it do,
 * and is three times as large.
 */
export function withoutParser(): Plugin {
  const models = join(dirname(require.resolve('@asyncapi/parser/package.json')), 'esm');
  const imports = `
    export * from ${JSON.stringify(join(models, 'document.js'))};
    export { unstringify } from ${JSON.stringify(join(models, 'stringify.js'))};
    export { SchemaV2 } from ${JSON.stringify(join(models, 'models/index.js'))};`;
  return {
    name: NAMESPACE,
    setup({ onResolve, onLoad }) {
      onResolve({ filter: PARSER }, () => ({ path: 'models', namespace: NAMESPACE }));
      onResolve({ filter: CHECKERS }, ({ path }) => ({ path, namespace: NAMESPACE }));
      onResolve({ filter: /^\.\/parser$/ }, ({ importer }) =>
        /[\\/]react-component[\\/]lib[\\/]esm[\\/]helpers[\\/]/.test(importer)
          ? { path: 'parser', namespace: NAMESPACE }
          : undefined,
      );
      onLoad({ filter: /.*/, namespace: NAMESPACE }, ({ path }) =>
        // A module of CommonJS may lack what is imported from it, as long as nothing calls that.
        path === 'models' ? { contents: imports, resolveDir: models } : { contents: 'module.exports = {};' },
      );
    },
  };
}
