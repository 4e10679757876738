import { batches, type Batch } from './item-batcher.ts';
import { itemLimit, readItems } from './item-reader.ts';
import { isObject, type Json, type JsonObject } from './json.ts';
import type { Branch, ChildResult, MapRun, MapRunEnd, Place, Run } from './run.ts';
import { Aborted, EvaluationError, runtimeError, StateError } from './state-error.ts';
import { childController } from './waits.ts';
import { writeResults } from './result-writer.ts';

/** The most child executions that AWS runs at once. */
const MAX_CONCURRENCY = 10_000;

/**
 * Runs a Map state in distributed mode: each item, or batch of items, is a child execution. Answers their outputs in the
 * order of the items, or where the results were written.
 * Source: https://docs.aws.amazon.com/step-functions/latest/dg/state-map-distributed.html
 */
export async function runDistributedMap(run: Run, parent: Branch, place: Place, input: Json): Promise<Json> {
  const { state } = place;
  const maxConcurrency = await concurrency(place, input);
  const given = state.ItemReader === undefined ? await place.language.items(place, input) : undefined;
  parent.previous = run.history.add('MapStateStarted', parent.previous, { length: given?.length ?? 0 });
  const limit = await itemLimit(place, input);
  const settings = { maxConcurrency, ...(await toleranceOf(place, input)) };
  const processor = state.ItemProcessor ?? state.Iterator;
  if (processor === undefined) throw runtimeError('The Map state has no ItemProcessor.');
  const mapRun = run.tasks.startMapRun({ ...settings, label: state.Label, processor });
  const started = run.history.add('MapRunStarted', parent.previous, { mapRunArn: mapRun.arn });
  parent.previous = started;
  if (parent.open !== undefined) parent.open.started = true;
  const end = (event: string, ended: MapRunEnd) => {
    mapRun.end(ended);
    const details = ended.status === 'FAILED' ? { error: ended.error, cause: ended.cause } : undefined;
    parent.previous = run.history.add(event, parent.previous, details);
  };
  try {
    const items = given ?? (await readItems(run, place, input, limit));
    const inputs = await batches(place, input, await selected(place, input, items));
    mapRun.plan(inputs.length, items.length);
    const results = await runChildren(parent, settings, inputs, mapRun.runChild);
    const output = await writeResults(run, place, input, mapRun.arn, results);
    end('MapRunSucceeded', { status: 'SUCCEEDED' });
    run.history.add('MapStateSucceeded', parent.previous);
    // As on AWS since November 2024, the state's exit follows the start of its run.
    parent.previous = started;
    return output;
  } catch (error) {
    if (error instanceof Aborted) mapRun.end({ status: 'ABORTED' });
    else if (error instanceof StateError && !(error instanceof EvaluationError)) {
      end('MapRunFailed', { status: 'FAILED', error: error.error, cause: error.causeText });
    } else mapRun.end({ status: 'FAILED' });
    throw error;
  }
}

interface Settings {
  readonly maxConcurrency: number;
  readonly toleratedFailureCount: number;
  /** 0 to 100. */
  readonly toleratedFailurePercentage: number;
}

async function concurrency(place: Place, input: Json): Promise<number> {
  const value = (await place.language.number(place, 'MaxConcurrency', input, 'integer')) ?? 0;
  if (value < 0) throw runtimeError('MaxConcurrency cannot be negative.');
  return value;
}

async function toleranceOf(place: Place, input: Json): Promise<Omit<Settings, 'maxConcurrency'>> {
  const { language } = place;
  const count = (await language.number(place, 'ToleratedFailureCount', input, 'integer')) ?? 0;
  const percentage = (await language.number(place, 'ToleratedFailurePercentage', input, 'float')) ?? 0;
  if (count < 0) throw runtimeError('ToleratedFailureCount cannot be negative.');
  if (percentage < 0 || percentage > 100) throw runtimeError('ToleratedFailurePercentage must be between 0 and 100.');
  return { toleratedFailureCount: count, toleratedFailurePercentage: percentage };
}

async function selected(place: Place, input: Json, items: readonly Json[]): Promise<Json[]> {
  const { state, scope, language } = place;
  const field = state.ItemSelector === undefined ? 'Parameters' : 'ItemSelector';
  const selector = state[field];
  if (selector === undefined) return [...items];
  return Promise.all(
    items.map((value, index) => {
      const context: JsonObject = { ...scope.context, Map: { Item: { Index: index, Value: value } } };
      return language.template({ ...place, scope: { ...scope, context } }, field, selector, input);
    }),
  );
}

/** Runs the children; stops when more have failed than are tolerated. */
async function runChildren(
  parent: Branch,
  settings: Settings,
  inputs: readonly Batch[],
  runChild: MapRun['runChild'],
): Promise<ChildResult[]> {
  const controller = childController(parent.signal);
  const results: ChildResult[] = [];
  let next = 0;
  let failed = 0;
  const worker = async () => {
    while (next < inputs.length && !controller.signal.aborted) {
      const index = next++;
      const { input, items } = inputs[index]!;
      const result = await runChild(input, items, controller.signal);
      results[index] = result;
      if (result.status !== 'SUCCEEDED') failed += 1;
      if (failed > 0 && !tolerated(settings, failed, inputs.length)) controller.abort();
    }
  };
  const limit = Math.min(settings.maxConcurrency || MAX_CONCURRENCY, MAX_CONCURRENCY, inputs.length);
  await Promise.all(Array.from({ length: limit }, worker));
  controller.release();
  if (parent.signal.aborted) throw new Aborted();
  if (failed === 0 || tolerated(settings, failed, inputs.length)) return results;
  throw new StateError(
    'States.ExceedToleratedFailureThreshold',
    'The specified tolerated failure threshold was exceeded',
  );
}

function tolerated(settings: Settings, failed: number, total: number): boolean {
  const { toleratedFailureCount: count, toleratedFailurePercentage: percentage } = settings;
  if (count > 0 && failed <= count) return true;
  return percentage > 0 && (failed / total) * 100 <= percentage;
}

/** Whether a Map state runs in distributed mode. */
export function isDistributed(processor: unknown): boolean {
  const config = isObject(processor) ? processor['ProcessorConfig'] : undefined;
  return isObject(config) && config['Mode'] === 'DISTRIBUTED';
}
