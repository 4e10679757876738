import { registerProvider } from '../provider-registry.ts';
import { createSandboxProvider } from './index.ts';

registerProvider('sandbox', ({ url }) => ({
  provider: createSandboxProvider(url),
  readNotice: () => Promise.resolve({ rejected: 'webhooks-not-used' }),
}));
