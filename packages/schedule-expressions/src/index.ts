export { parseSchedule, type Schedule, type ScheduleOptions } from './schedule.ts';
export { InvalidScheduleError } from './invalid-schedule.ts';
