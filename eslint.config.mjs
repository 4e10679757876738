import { defineConfig } from 'eslint/config';
import tseslint from 'typescript-eslint';
import { boundariesRule } from './packages/serverless-plugin/src/lint/boundaries-rule.ts';

const TYPESCRIPT = ['**/*.ts'];
const SERVICE_SOURCES = ['services/*/src/**/*.ts'];
const DOMAIN = ['services/*/src/domain/**/*.ts'];

const environment = {
  object: 'process',
  property: 'env',
  message: 'Only composition.ts reads the environment.',
};

const pure = (what) => `The domain is pure: ${what} comes in as an argument.`;

/** Rules of the language itself, for TypeScript and plain scripts alike. */
const language = {
  eqeqeq: ['error', 'always'],
  'no-constant-condition': ['error', { checkLoops: 'allExceptWhileTrue' }],
  'no-debugger': 'error',
  'no-dupe-else-if': 'error',
  'no-duplicate-case': 'error',
  'no-empty': 'error',
  'no-empty-pattern': 'error',
  'no-fallthrough': 'error',
  'no-prototype-builtins': 'error',
  'no-self-assign': 'error',
  'no-self-compare': 'error',
  'no-sparse-arrays': 'error',
  'no-unneeded-ternary': 'error',
  'no-unreachable': 'error',
  'no-unsafe-finally': 'error',
  'no-unsafe-optional-chaining': 'error',
  'no-useless-catch': 'error',
  'no-var': 'error',
  'no-warning-comments': ['error', { terms: ['todo', 'fixme', 'xxx'] }],
  'object-shorthand': 'error',
  'prefer-const': 'error',
  'preserve-caught-error': 'error',
};

export default defineConfig(
  {
    ignores: [
      '**/node_modules/',
      '**/.esbuild/',
      '**/.dure/',
      '**/.serverless/',
      '**/.serverless-offline/',
      '**/.local/',
      '**/coverage/',
      'packages/contracts/generated/',
      'packages/create-service/templates/',
    ],
  },
  { linterOptions: { noInlineConfig: true }, rules: language },
  {
    name: 'scripts',
    files: ['**/*.mjs'],
    languageOptions: {
      globals: Object.fromEntries(Object.getOwnPropertyNames(globalThis).map((name) => [name, 'readonly'])),
    },
    rules: { 'no-undef': 'error', 'no-unused-vars': 'error' },
  },
  {
    name: 'browser',
    files: ['packages/docs-pages/src/browser/*.mjs'],
    languageOptions: {
      globals: { document: 'readonly', location: 'readonly', sessionStorage: 'readonly' },
    },
  },
  {
    name: 'typescript',
    files: TYPESCRIPT,
    extends: [tseslint.configs.recommended],
    languageOptions: { parserOptions: { project: './tsconfig.json', tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/await-thenable': 'error',
      '@typescript-eslint/consistent-type-imports': ['error', { disallowTypeAnnotations: false }],
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/only-throw-error': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
    },
  },
  {
    name: 'size',
    files: ['packages/*/src/**/*.ts', ...SERVICE_SOURCES],
    rules: { 'max-lines': ['error', { max: 300 }] },
  },
  {
    name: 'tests',
    files: ['**/test/**/*.ts'],
    rules: {
      'no-restricted-syntax': [
        'error',
        {
          selector: 'MemberExpression[object.name=/^(describe|it|test)$/][property.name=/^(only|skip|todo)$/]',
          message: 'A skipped test proves nothing.',
        },
      ],
    },
  },
  {
    name: 'boundaries',
    files: TYPESCRIPT,
    plugins: { dure: { rules: { boundaries: boundariesRule } } },
    rules: { 'dure/boundaries': ['error', import.meta.dirname] },
  },
  {
    name: 'servers',
    files: ['packages/{aws-protocols,local-cloud,local-http}/src/**/*.ts'],
    ignores: ['packages/local-http/src/{server,http2}.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          paths: ['node:http', 'node:https', 'node:http2'].map((name) => ({
            name,
            importNames: ['createServer', 'createSecureServer'],
            message: 'Only openServer of @dure/local-http/server makes servers: it lets no page of another origin in.',
          })),
        },
      ],
    },
  },
  {
    name: 'environment',
    files: SERVICE_SOURCES,
    ignores: ['services/*/src/composition.ts'],
    rules: { 'no-restricted-properties': ['error', environment] },
  },
  {
    name: 'deadlines',
    files: ['packages/contracts/src/**/*.ts', ...SERVICE_SOURCES],
    rules: {
      'no-restricted-syntax': [
        'error',
        ...['callee.name', 'callee.property.name'].map((name) => ({
          selector: `NewExpression[${name}=/Client$/]:not(:has(CallExpression[callee.name="answerWithin"]))`,
          message:
            "The client would wait for ever: set requestHandler: answerWithin(5_000), from '@dure/contracts/binding/deadline'.",
        })),
      ],
    },
  },
  {
    name: 'domain',
    files: DOMAIN,
    rules: {
      'no-restricted-globals': [
        'error',
        ...['process', 'globalThis', 'global'].map((name) => ({ name, message: pure('the environment') })),
        ...['performance', 'setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask'].map((name) => ({
          name,
          message: pure('time'),
        })),
        { name: 'crypto', message: pure('randomness') },
        ...['fetch', 'console'].map((name) => ({ name, message: pure('what is outside') })),
      ],
      'no-restricted-properties': [
        'error',
        environment,
        { object: 'Date', property: 'now', message: pure('time') },
        { object: 'Math', property: 'random', message: pure('randomness') },
      ],
      'no-restricted-syntax': [
        'error',
        { selector: 'NewExpression[callee.name="Date"][arguments.length=0]', message: pure('time') },
        { selector: 'CallExpression[callee.name="Date"]', message: pure('time') },
      ],
    },
  },
);
