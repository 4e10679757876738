import { fieldOf } from './field.ts';
import { isObject, type Json, type JsonObject } from './json.ts';
import type { ChildResult, Place, Run } from './run.ts';
import { StateError } from './state-error.ts';

export const WRITER = 'arn:aws:states:::s3:putObject';

/**
 * The output of a distributed Map: the outputs of its children, or, with a ResultWriter, where they were written: a manifest
 * beside one file for each status.
 * Source: https://docs.aws.amazon.com/step-functions/latest/dg/input-output-resultwriter.html
 */
export async function writeResults(
  run: Run,
  place: Place,
  input: Json,
  mapRunArn: string,
  results: readonly ChildResult[],
): Promise<Json> {
  if (place.state.ResultWriter === undefined) {
    return results.filter(({ status }) => status === 'SUCCEEDED').map(({ output }) => output);
  }
  const { bucket, prefix } = await destination(place, input);
  const folder = `${prefix === '' || prefix.endsWith('/') ? prefix : `${prefix}/`}${mapRunArn.split(':').at(-1)}`;
  const put = async (key: string, body: Json): Promise<number> => {
    await run.tasks
      .callService({ service: 's3', action: 'putObject', isSdk: true }, { Bucket: bucket, Key: key, Body: body })
      .catch((error: unknown) => {
        throw writerFailed(error instanceof Error ? error.message : String(error));
      });
    return Buffer.byteLength(JSON.stringify(body));
  };
  const files: JsonObject = { FAILED: [], PENDING: [], SUCCEEDED: [] };
  for (const status of ['SUCCEEDED', 'FAILED']) {
    const listed = results.filter((result) => (result.status === 'SUCCEEDED') === (status === 'SUCCEEDED'));
    if (listed.length === 0) continue;
    const key = `${folder}/${status}_0.json`;
    files[status] = [
      {
        Key: key,
        Size: await put(
          key,
          listed.map(({ description }) => description),
        ),
      },
    ];
  }
  const manifest = `${folder}/manifest.json`;
  await put(manifest, { DestinationBucket: bucket, MapRunArn: mapRunArn, ResultFiles: files });
  return { MapRunArn: mapRunArn, ResultWriterDetails: { Bucket: bucket, Key: manifest } };
}

async function destination(place: Place, input: Json): Promise<{ bucket: string; prefix: string }> {
  const at = place.state.ResultWriter?.Arguments === undefined ? 'Parameters' : 'Arguments';
  const template = fieldOf(place.state, `ResultWriter/${at}`) ?? {};
  const parameters = await place.language.template(place, `ResultWriter/${at}`, template, input);
  const { Bucket: bucket, Prefix: prefix = '' } = isObject(parameters) ? parameters : {};
  if (typeof bucket !== 'string' || typeof prefix !== 'string') {
    throw writerFailed('The ResultWriter needs a Bucket and a Prefix that are text.');
  }
  return { bucket, prefix };
}

function writerFailed(cause: string): StateError {
  return new StateError('States.ResultWriterFailed', cause);
}
