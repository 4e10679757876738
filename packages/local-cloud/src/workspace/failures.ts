import type { CloudLog } from '../shared/types.ts';
import type { Service } from './service.ts';

/** Carries on without a service that fails, and keeps why. */
export interface Failures {
  fail(service: Service, reason: string): void;
  /** Does the work for each service that has not failed, in turn; a rejection fails that service alone. */
  forEach(services: readonly Service[], work: (service: Service) => Promise<void>): Promise<void>;
}

export function collectFailures(log: CloudLog): Failures {
  const fail = (service: Service, reason: string): void => {
    service.state = 'failed';
    service.reason = reason;
    log('error', `${service.name} does not run: ${reason}`);
  };
  return {
    fail,
    async forEach(services, work) {
      for (const service of alive(services)) {
        await work(service).catch((error: unknown) =>
          fail(service, error instanceof Error ? error.message : String(error)),
        );
      }
    },
  };
}

export function alive(services: readonly Service[]): Service[] {
  return services.filter(({ state }) => state !== 'failed');
}
