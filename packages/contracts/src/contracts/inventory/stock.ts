import * as z from 'zod/mini';

export const OnHand = z.int().check(z.gte(0), z.lte(1_000_000_000));
