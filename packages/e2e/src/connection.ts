import { type Cloud, connect } from './cloud.ts';

/** The system that the tests run against, as the global setup found or started it. */
export function cloudUnderTest(): Cloud {
  const url = process.env['DURE_BASE_URL'];
  if (url === undefined) throw new Error('DURE_BASE_URL is not set: run the tests through Jest’s e2e project.');
  return connect(url);
}
