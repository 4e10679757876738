import { jest } from '@jest/globals';

/** An order takes a fraction of a second; a busy machine may need minutes. */
jest.setTimeout(300_000);
