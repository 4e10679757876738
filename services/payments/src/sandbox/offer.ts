import { offerProvider } from '../providers/offered.ts';
import { createSandboxProvider } from '../providers/sandbox.ts';

offerProvider('sandbox', ({ url }) => ({
  provider: createSandboxProvider(url),
  readNotice: () => Promise.resolve({ refused: 'webhooks-not-used' }),
}));
