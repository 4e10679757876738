/** Run as a process of its own: starts the provider on the folder that is given, tells its endpoint, waits to be killed. */
import { startSandboxProvider } from '../../src/payment-provider/start-sandbox-provider.ts';

const dataDir = String(process.argv[2]);
const { endpoint } = await startSandboxProvider({ dataDir, log: () => undefined, delays: { timeoutMs: 600 } });
process.send?.({ endpoint });
