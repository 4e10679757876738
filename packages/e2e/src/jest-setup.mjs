import { jest } from '@jest/globals';

/** An order takes a fraction of a second; a machine that has much else to do may need some more. */
jest.setTimeout(60_000);
