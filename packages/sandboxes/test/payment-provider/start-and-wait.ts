/** Run as a process of its own: starts the provider on the folder that is given, tells its endpoint, waits to be killed. */
import { startSandbox } from '../../src/payment-provider/start-sandbox.ts';

const dataDir = String(process.argv[2]);
const { endpoint } = await startSandbox({ dataDir, log: () => undefined, delays: { timeoutMs: 600 } });
process.send?.({ endpoint });
