import { AwsError } from '@dure/aws-protocols/aws-error';
import type { MapRunCount, MapRunRow, MapRunStore } from './map-run-store.ts';
import { pageSize, readPageToken, text, writePageToken, type Request } from './request.ts';

/** The actions on map runs. Source: https://docs.aws.amazon.com/step-functions/latest/apireference/API_DescribeMapRun.html */
export function createMapRunActions(store: MapRunStore): Record<string, (request: Request) => object> {
  return {
    DescribeMapRun(request) {
      const row = findMapRun(store, text(request, 'mapRunArn', 2000));
      const counts = store.counts(row.arn);
      return {
        mapRunArn: row.arn,
        executionArn: row.execution_arn,
        status: row.status,
        ...dates(row),
        maxConcurrency: row.max_concurrency,
        toleratedFailurePercentage: row.tolerated_percentage,
        toleratedFailureCount: row.tolerated_count,
        itemCounts: summary(row, counts, 'items'),
        executionCounts: summary(row, counts, 'executions'),
        redriveCount: 0,
      };
    },
    ListMapRuns(request) {
      const executionArn = text(request, 'executionArn', 256);
      const limit = pageSize(request);
      const start = Number(readPageToken(request, executionArn) ?? 0);
      const rows = store.ofExecution(executionArn);
      const page = rows.slice(start, start + limit).map((row) => ({
        executionArn: row.execution_arn,
        mapRunArn: row.arn,
        stateMachineArn: row.machine_arn,
        ...dates(row),
      }));
      const more = rows.length > start + limit ? { nextToken: writePageToken(executionArn, start + limit) } : {};
      return { mapRuns: page, ...more };
    },
  };
}

export function findMapRun(store: MapRunStore, arn: string): MapRunRow {
  const row = store.find(arn);
  if (row !== undefined) return row;
  throw new AwsError('ResourceNotFound', `Resource not found: '${arn}'`);
}

function dates(row: MapRunRow): object {
  return {
    startDate: row.started_at / 1000,
    ...(row.stopped_at === null ? {} : { stopDate: row.stopped_at / 1000 }),
  };
}

function summary(row: MapRunRow, counts: readonly MapRunCount[], of: 'executions' | 'items'): object {
  const by = (status: string) => counts.find((count) => count.status === status)?.[of] ?? 0;
  const begun = counts.reduce((sum, count) => sum + count[of], 0);
  return {
    pending: row.status === 'RUNNING' ? row[of] - begun : 0,
    running: by('RUNNING'),
    succeeded: by('SUCCEEDED'),
    failed: by('FAILED'),
    timedOut: by('TIMED_OUT'),
    aborted: by('ABORTED') + (row.status === 'RUNNING' ? 0 : row[of] - begun),
    total: row[of],
    resultsWritten: row.status === 'SUCCEEDED' ? by('SUCCEEDED') : 0,
    failuresNotRedrivable: 0,
    pendingRedrive: 0,
  };
}
