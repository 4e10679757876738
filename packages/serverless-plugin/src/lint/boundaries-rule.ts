import { readdirSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import type { Rule } from 'eslint';
import { violations } from './boundaries.ts';

/** The parts of the syntax tree that the rule reads; the TypeScript parser adds `importKind` and `exportKind`. */
interface Specifier {
  readonly type: string;
  readonly importKind?: string;
  readonly exportKind?: string;
  readonly imported?: { readonly name?: string; readonly value?: unknown };
  readonly local?: { readonly name?: string };
}

interface ImportLike {
  readonly type: string;
  readonly source?: { readonly value?: unknown } | null;
  readonly importKind?: string;
  readonly exportKind?: string;
  readonly specifiers?: readonly Specifier[];
}

/**
 * ESLint rule: a file imports only what its place in the repository allows, by `import`, `export … from` or
 * `import()`. The option is the repository's root.
 */
export const boundariesRule: Rule.RuleModule = {
  meta: { type: 'problem', schema: [{ type: 'string' }] },
  create(context) {
    const root = context.options[0] as string;
    const services = servicesOf(root);
    const file = relative(root, context.filename).split(sep).join('/');
    const check = (node: Rule.Node) => {
      const { source, ...imported } = node as unknown as ImportLike;
      if (typeof source?.value !== 'string') return;
      const reference = { specifier: source.value, typeOnly: isTypeOnly(imported), names: namesOf(imported) };
      for (const reason of violations(file, reference, services)) {
        context.report({ node, message: `"${reference.specifier}": ${reason}.` });
      }
    };
    return {
      ImportDeclaration: check,
      ExportNamedDeclaration: check,
      ExportAllDeclaration: check,
      ImportExpression: check,
      TSImportType: check,
    };
  },
};

const known = new Map<string, readonly string[]>();

/** The rule is created for each file; the folder is read once. */
function servicesOf(root: string): readonly string[] {
  const services = known.get(root) ?? readdirSync(join(root, 'services'));
  known.set(root, services);
  return services;
}

function isTypeOnly({ type, importKind, exportKind, specifiers }: ImportLike): boolean {
  if (type === 'TSImportType' || importKind === 'type' || exportKind === 'type') return true;
  const named = specifiers ?? [];
  return named.length > 0 && named.every((it) => it.importKind === 'type' || it.exportKind === 'type');
}

/** `*` stands for a module as a whole: `import * as`, `export *`, `import()`. */
function namesOf({ type, specifiers }: ImportLike): string[] {
  if (type === 'ExportAllDeclaration' || type === 'ImportExpression') return ['*'];
  return (specifiers ?? []).map((specifier) => {
    if (specifier.type === 'ImportNamespaceSpecifier') return '*';
    if (specifier.type === 'ImportDefaultSpecifier') return 'default';
    const name = specifier.type === 'ExportSpecifier' ? specifier.local : specifier.imported;
    return String((name as Specifier['imported'])?.name ?? (name as Specifier['imported'])?.value);
  });
}
