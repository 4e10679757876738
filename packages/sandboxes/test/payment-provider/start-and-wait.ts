/** Run as a separate process: starts the provider with the given folder, prints its endpoint, and waits to be killed. */
import { startSandbox } from '../../src/payment-provider/start-sandbox.ts';

const dataDir = String(process.argv[2]);
const { endpoint } = await startSandbox({ dataDir, log: () => undefined, delays: { timeoutMs: 3_000 } });
process.send?.({ endpoint });
