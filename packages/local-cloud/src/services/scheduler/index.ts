export { createScheduler, type Scheduler, type SchedulerDeps } from './scheduler.ts';
