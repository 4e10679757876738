import { csvRows } from './csv.ts';
import { fieldOf } from './field.ts';
import { isObject, type Json, type JsonObject } from './json.ts';
import type { Place, Run } from './run.ts';
import { StateError } from './state-error.ts';

const LIST = 's3:listObjectsV2';
/** The most items that AWS reads. */
const MAX_ITEMS = 100_000_000;
const DELIMITERS: Readonly<Record<string, string>> = {
  COMMA: ',',
  PIPE: '|',
  SEMICOLON: ';',
  SPACE: ' ',
  TAB: '\t',
};

/** The Resources of an ItemReader. */
export const READERS = ['arn:aws:states:::s3:listObjectsV2', 'arn:aws:states:::s3:getObject'];
export const INPUT_TYPES = ['CSV', 'JSON', 'JSONL'];

/** How many items are read; 0 for as many as there are. A run does not start where it is no number. */
export async function itemLimit(place: Place, input: Json): Promise<number> {
  return (await place.language.number(place, 'ItemReader/ReaderConfig/MaxItems', input, 'integer')) ?? 0;
}

/**
 * The items of a distributed Map: the objects of a bucket, or what a file in it has.
 * Source: https://docs.aws.amazon.com/step-functions/latest/dg/input-output-itemreader.html
 */
export async function readItems(run: Run, place: Place, input: Json, limit: number): Promise<Json[]> {
  const { language, state } = place;
  const at = state.ItemReader?.Arguments === undefined ? 'Parameters' : 'Arguments';
  const template = fieldOf(state, `ItemReader/${at}`) ?? {};
  const parameters = await language.template(place, `ItemReader/${at}`, template, input);
  if (limit < 0) throw readerFailed('field MaxItems must be positive');
  const items = await itemsOf(run, place, isObject(parameters) ? parameters : {});
  return items.slice(0, Math.min(limit || MAX_ITEMS, MAX_ITEMS));
}

async function itemsOf(run: Run, place: Place, parameters: JsonObject): Promise<Json[]> {
  const reader = place.state.ItemReader;
  const call = (action: string, more: JsonObject = {}) =>
    run.tasks
      .callService({ service: 's3', action, isSdk: true }, { ...parameters, ...more })
      .then((answer) => (isObject(answer) ? answer : {}))
      .catch((error: unknown) => {
        throw readerFailed(error instanceof Error ? error.message : String(error));
      });
  if (reader?.Resource?.endsWith(LIST) === true) return listObjects(call);
  const body = (await call('getObject'))['Body'];
  const text = typeof body === 'string' ? body : '';
  const { InputType: type, ...config } = reader?.ReaderConfig ?? {};
  if (type === 'CSV') return csvItems(text, config);
  const parsed =
    type === 'JSONL'
      ? text
          .split('\n')
          .filter((line) => line.trim() !== '')
          .map(parse)
      : parse(text);
  if (Array.isArray(parsed)) return parsed;
  throw readerFailed('Attempting to map over non-iterable node.');
}

async function listObjects(call: (action: string, more?: JsonObject) => Promise<JsonObject>): Promise<Json[]> {
  const found: Json[] = [];
  let token: Json | undefined;
  do {
    const page = await call('listObjectsV2', token === undefined ? {} : { ContinuationToken: token });
    for (const entry of Array.isArray(page['Contents']) ? page['Contents'] : []) found.push(listed(entry));
    token = page['IsTruncated'] === true ? page['NextContinuationToken'] : undefined;
  } while (token !== undefined);
  return found;
}

/** As AWS, which writes `Etag`, and times in seconds since 1970. */
function listed(entry: Json): Json {
  if (!isObject(entry)) return entry;
  const { ETag: tag = '', LastModified: time = '', Key: key = '', Size: size = 0, StorageClass: storage } = entry;
  return {
    Etag: tag,
    Key: key,
    LastModified: Math.floor(Date.parse(String(time)) / 1000),
    Size: size,
    StorageClass: storage ?? 'STANDARD',
  };
}

interface CsvConfig {
  readonly CSVHeaderLocation?: string;
  readonly CSVHeaders?: string[];
  readonly CSVDelimiter?: string;
}

/** A row has a value for each header, "" where it has fewer cells; what it has beyond that is left out. */
function csvItems(text: string, config: CsvConfig): Json[] {
  const rows = csvRows(text, DELIMITERS[config.CSVDelimiter ?? 'COMMA'] ?? ',');
  const isGiven = config.CSVHeaderLocation === 'GIVEN';
  const headers = isGiven ? (config.CSVHeaders ?? []) : (rows.shift() ?? []);
  if (new Set(headers).size < headers.length) throw readerFailed('CSV headers cannot contain duplicates.');
  return rows.map((row) => Object.fromEntries(headers.map((header, index) => [header, row[index] ?? ''])));
}

function parse(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch (error) {
    throw readerFailed(`The file is not valid JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function readerFailed(cause: string): StateError {
  return new StateError('States.ItemReaderFailed', cause);
}
