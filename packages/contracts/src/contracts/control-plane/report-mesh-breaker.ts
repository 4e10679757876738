import * as z from 'zod/mini';
import { command } from '../contract.ts';
import { Instant } from '../values.ts';
import { CalledService } from './values.ts';

export const ReportMeshBreaker = command(
  'control-plane',
  'ReportMeshBreaker',
  1,
  z.object({
    caller: CalledService,
    service: CalledService,
    ...{ openedAt: Instant, openUntil: Instant, reporters: z.int() },
  }),
  {
    description: 'Enough environments of a caller found a service away, and none of them calls it until a moment.',
    senders: ['gateway'],
    example: {
      ...{ caller: 'gateway', service: 'parcels', reporters: 12 },
      ...{ openedAt: '2026-01-05T09:29:00.000Z', openUntil: '2026-01-05T09:29:20.000Z' },
    },
  },
);
