import type { QueryLanguageName } from './definition.ts';
import { isDistributed } from './distributed-map.ts';
import { INPUT_TYPES, READERS } from './item-reader.ts';
import { isObject, type Json, type JsonObject } from './json.ts';
import { expressionIn } from './jsonata.ts';
import { WRITER } from './result-writer.ts';
import { refuseOther } from './validate-errors.ts';
import { checkPath, checkTemplate, checkWhole, fail } from './validate-expressions.ts';

const DISTRIBUTED_ONLY = ['ItemReader', 'ItemBatcher', 'ResultWriter', 'Label'];
const LABEL = /^[^\s\p{Cc}?*<>{}[\]:;,\\|^~$#%&`"]{1,40}$/u;

/** Checks what a Map state has beyond other states, but for the states in it. */
export function checkMap(language: QueryLanguageName, name: string, state: JsonObject, at: string): void {
  const processor = state['ItemProcessor'] ?? state['Iterator'];
  const distributed = isDistributed(processor);
  checkProcessorConfig(name, isObject(processor) ? processor['ProcessorConfig'] : undefined, at);
  checkWhole(language, 'MaxConcurrency', state['MaxConcurrency'], { least: 0 }, at);
  checkWhole(language, 'ToleratedFailureCount', state['ToleratedFailureCount'], { least: 0 }, at);
  checkPercentage(language, state['ToleratedFailurePercentage'], at);
  for (const field of ['ToleratedFailureCountPath', 'ToleratedFailurePercentagePath'])
    checkPath(field, state[field], at);
  const field = DISTRIBUTED_ONLY.find((only) => state[only] !== undefined);
  if (field !== undefined && !distributed) {
    fail(`State "${name}" has the field '${field}', which needs Mode "DISTRIBUTED" in its ProcessorConfig`, at);
  }
  const { Label: label } = state;
  if (label !== undefined && (typeof label !== 'string' || !LABEL.test(label))) {
    fail('a Label has up to 40 characters, without blanks, wildcards, brackets and special characters', `${at}/Label`);
  }
  checkReader(language, state['ItemReader'], `${at}/ItemReader`);
  checkBatcher(language, state['ItemBatcher'], `${at}/ItemBatcher`);
  checkWriter(language, state['ResultWriter'], `${at}/ResultWriter`);
}

function checkProcessorConfig(name: string, config: unknown, at: string): void {
  if (config === undefined) return;
  if (!isObject(config)) return fail(`State "${name}" has a ProcessorConfig that is not an object`, at);
  refuseOther(config, ['Mode', 'ExecutionType'], `${at}/ItemProcessor/ProcessorConfig`);
  const { Mode: mode = 'INLINE', ExecutionType: type } = config;
  if (mode !== 'INLINE' && mode !== 'DISTRIBUTED') fail('Mode is INLINE or DISTRIBUTED', at);
  if (type !== undefined && (mode === 'INLINE' || (type !== 'STANDARD' && type !== 'EXPRESS'))) {
    fail('ExecutionType is STANDARD or EXPRESS, with Mode DISTRIBUTED', at);
  }
}

function checkPercentage(language: QueryLanguageName, value: Json | undefined, at: string): void {
  if (value === undefined) return;
  if (language === 'JSONata' && expressionIn(value) !== undefined) {
    return checkTemplate(language, value, `${at}/ToleratedFailurePercentage`);
  }
  if (typeof value === 'number' && value >= 0 && value <= 100) return;
  fail('ToleratedFailurePercentage must be a number from 0 to 100', at);
}

function checkReader(language: QueryLanguageName, reader: unknown, at: string): void {
  if (reader === undefined) return;
  const passed = passedIn(language);
  if (!isObject(reader)) return fail('an ItemReader must be an object', at);
  refuseOther(reader, ['Resource', 'ReaderConfig', passed], at);
  const { Resource: resource, ReaderConfig: config = {} } = reader;
  if (typeof resource !== 'string' || !READERS.includes(resource)) fail(`Resource is one of ${READERS.join(', ')}`, at);
  checkTemplate(language, reader[passed], `${at}/${passed}`);
  if (!isObject(config)) return fail('a ReaderConfig must be an object', at);
  const limit = language === 'JSONata' ? ['MaxItems'] : ['MaxItems', 'MaxItemsPath'];
  refuseOther(config, ['InputType', 'CSVHeaderLocation', 'CSVHeaders', 'CSVDelimiter', ...limit], `${at}/ReaderConfig`);
  checkWhole(language, 'MaxItems', config['MaxItems'], { least: 0, most: 100_000_000 }, `${at}/ReaderConfig`);
  checkPath('MaxItemsPath', config['MaxItemsPath'], `${at}/ReaderConfig`);
  const { InputType: type, CSVHeaderLocation: location, CSVHeaders: headers } = config;
  if (resource === READERS[1] && !INPUT_TYPES.includes(String(type))) {
    fail(`InputType is one of ${INPUT_TYPES.join(', ')}`, `${at}/ReaderConfig`);
  }
  if (type === 'CSV' && location !== 'FIRST_ROW' && location !== 'GIVEN') {
    fail('CSVHeaderLocation is FIRST_ROW or GIVEN', `${at}/ReaderConfig`);
  }
  if (location === 'GIVEN' && !Array.isArray(headers)) fail('CSVHeaders must be a list', `${at}/ReaderConfig`);
}

function checkBatcher(language: QueryLanguageName, batcher: unknown, at: string): void {
  if (batcher === undefined) return;
  if (!isObject(batcher)) return fail('an ItemBatcher must be an object', at);
  const limits = ['MaxItemsPerBatch', 'MaxInputBytesPerBatch'];
  const paths = language === 'JSONata' ? [] : limits.map((field) => `${field}Path`);
  refuseOther(batcher, ['BatchInput', ...limits, ...paths], at);
  for (const field of limits) checkWhole(language, field, batcher[field], { least: 1 }, at);
  for (const field of paths) checkPath(field, batcher[field], at);
  checkTemplate(language, batcher['BatchInput'], `${at}/BatchInput`);
  if ([...limits, ...paths].every((field) => batcher[field] === undefined)) {
    fail(`an ItemBatcher needs ${limits.join(' or ')}`, at);
  }
}

function checkWriter(language: QueryLanguageName, writer: unknown, at: string): void {
  if (writer === undefined) return;
  const passed = passedIn(language);
  if (!isObject(writer)) return fail('a ResultWriter must be an object', at);
  refuseOther(writer, ['Resource', passed], at);
  if (writer['Resource'] !== WRITER) fail(`Resource is ${WRITER}`, at);
  checkTemplate(language, writer[passed], `${at}/${passed}`);
}

function passedIn(language: QueryLanguageName): string {
  return language === 'JSONata' ? 'Arguments' : 'Parameters';
}
