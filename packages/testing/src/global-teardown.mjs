/** Jest's `globalTeardown`: stops what the global setup started. Both run in the same process. */
export default async function globalTeardown() {
  await globalThis.dureTestDynamoDb?.stop();
}
