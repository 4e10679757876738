export { InvalidPatternError, InvalidTransformerError } from './errors.ts';
export { compileInputTransformer, type Matched } from './input-template.ts';
export { isJson } from './json.ts';
export { whyNotJson } from './json-words.ts';
export { compileJsonPath } from './json-path.ts';
export { compilePattern } from './pattern.ts';
