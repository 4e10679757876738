import * as z from 'zod/mini';

export const Language = z.enum(['en', 'ko']);
