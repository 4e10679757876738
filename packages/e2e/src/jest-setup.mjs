import { jest } from '@jest/globals';

/** An order takes a fraction of a second; a machine that has much else to do may need minutes. */
jest.setTimeout(180_000);
