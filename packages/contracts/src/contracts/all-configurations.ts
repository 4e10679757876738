import type { ConfigurationContract } from './configuration.ts';
import { ViewDeadline } from './gateway/configuration.ts';

/** Every value that a service declares, by service and name. */
export const configurations: readonly ConfigurationContract[] = [ViewDeadline];
