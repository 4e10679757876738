import { AwsError } from '@dure/aws-protocols/aws-error';
import {
  allowOnly,
  type Input,
  invalid,
  notFound,
  optionalText,
  paginate,
  requiredName,
  requiredObjects,
  requiredText,
} from '@dure/aws-protocols/aws-input';
import { oneOf, PROPERTIES } from './schedule.ts';
import type { Store, StoredGroup, StoredSchedule } from './store.ts';

/** One action of the API. */
export type Action = (input: Input) => unknown;

export interface ActionParts {
  readonly store: Store;
  readonly arnOf: (kind: 'schedule' | 'schedule-group', path: string) => string;
  readonly now: () => number;
  /** Checks a schedule. @throws AwsError */
  readonly check: (schedule: StoredSchedule) => void;
  /** It is new, has changed or is gone. */
  readonly changed: (arn: string) => void;
}

const DEFAULT = 'default';
const RETRY_POLICY = { MaximumEventAgeInSeconds: 86_400, MaximumRetryAttempts: 185 };
const CREATION = ['Name', 'GroupName', 'ClientToken'];

/**
 * Schedules and their groups. KmsKeyArn is kept, without effect here; a ClientToken changes nothing.
 * Source: https://docs.aws.amazon.com/scheduler/latest/APIReference/API_Operations.html
 */
export function createActions({ store, arnOf, now, check, changed }: ActionParts): Record<string, Action> {
  const conflict = (message: string): AwsError => new AwsError('ConflictException', message, 409);
  const groupNamed = (name: string): StoredGroup => {
    const group = store.group(name);
    if (group === undefined) throw missing(`Schedule group ${name} does not exist.`);
    return group;
  };
  const keyOf = (input: Input): { name: string; group: string; arn: string } => {
    const name = requiredName(input, 'Name', 64);
    const group = input['GroupName'] === undefined ? DEFAULT : requiredName(input, 'GroupName', 64);
    return { name, group, arn: arnOf('schedule', `${group}/${name}`) };
  };
  const find = (input: Input): StoredSchedule => {
    const { name, arn } = keyOf(input);
    const found = store.schedule(arn);
    if (found === undefined || found.completed !== null) throw missing(`Schedule ${name} does not exist.`);
    return found;
  };
  const put = (input: Input, before: StoredSchedule | undefined): object => {
    allowOnly('A schedule', input, [...CREATION, ...PROPERTIES]);
    const { name, group, arn } = keyOf(input);
    groupNamed(group);
    const entries = Object.entries(input).filter(([key, value]) => !CREATION.includes(key) && value !== null);
    const definition = JSON.stringify(Object.fromEntries(entries));
    const modified = now();
    const times = { created: before?.created ?? modified, modified, completed: null };
    const schedule = { arn, group_name: group, name, definition, ...times };
    check(schedule);
    store.saveSchedule(schedule);
    changed(arn);
    return { ScheduleArn: arn };
  };
  const remove = ({ arn }: StoredSchedule): void => {
    store.removeSchedule(arn);
    changed(arn);
  };
  const groupOf = (input: Input): StoredGroup => {
    const arn = requiredText(input, 'ResourceArn', 1011);
    const prefix = arnOf('schedule-group', '');
    if (!arn.startsWith(prefix)) throw invalid(`${arn} is not the ARN of a schedule group.`);
    return groupNamed(arn.slice(prefix.length));
  };
  const describeGroup = ({ name, created, modified }: StoredGroup): object => ({
    ...{ Arn: arnOf('schedule-group', name), Name: name, State: 'ACTIVE' },
    ...{ CreationDate: created / 1000, LastModificationDate: modified / 1000 },
  });

  return {
    CreateSchedule(input) {
      const { name, arn } = keyOf(input);
      const existing = store.schedule(arn);
      if (existing !== undefined && existing.completed === null) throw conflict(`Schedule ${name} already exists.`);
      return put(input, undefined);
    },
    UpdateSchedule: (input) => put(input, find(input)),
    GetSchedule: (input) => describe(find(input)),
    DeleteSchedule: (input) => remove(find(input)),
    ListSchedules(input) {
      const prefix = optionalText(input, 'NamePrefix', 64) ?? '';
      const group = optionalText(input, 'ScheduleGroup', 64);
      oneOf(input, 'State', ['ENABLED', 'DISABLED']);
      const matching = store
        .schedules()
        .filter(({ name, group_name }) => name.startsWith(prefix) && (group ?? group_name) === group_name)
        .map(describe)
        .filter(({ State }) => (input['State'] ?? State) === State);
      const limits = { Limit: input['MaxResults'], NextToken: input['NextToken'] };
      const { page, NextToken } = paginate(matching, ({ GroupName, Name }) => `${GroupName}/${Name}`, limits);
      const Schedules = page.map(({ Arn, GroupName, Name, State, CreationDate, LastModificationDate, Target }) => ({
        ...{ Arn, GroupName, Name, State, CreationDate, LastModificationDate, Target: { Arn: Target.Arn } },
      }));
      return { Schedules, NextToken };
    },
    CreateScheduleGroup(input) {
      allowOnly('CreateScheduleGroup', input, ['Name', 'Tags', 'ClientToken']);
      const name = requiredName(input, 'Name', 64);
      if (store.group(name) !== undefined) throw conflict(`Schedule group ${name} already exists.`);
      store.saveGroup({ name, tags: mergeTags([], input), created: now(), modified: now() });
      return { ScheduleGroupArn: arnOf('schedule-group', name) };
    },
    GetScheduleGroup: (input) => describeGroup(groupNamed(requiredName(input, 'Name', 64))),
    /** At once with its schedules; on AWS it is `DELETING` for a while. */
    DeleteScheduleGroup(input) {
      const { name } = groupNamed(requiredName(input, 'Name', 64));
      if (name === DEFAULT) throw invalid('The default schedule group cannot be deleted.');
      for (const schedule of store.schedules()) if (schedule.group_name === name) remove(schedule);
      store.removeGroup(name);
    },
    ListScheduleGroups(input) {
      const prefix = optionalText(input, 'NamePrefix', 64) ?? '';
      const matching = store.groups().filter(({ name }) => name.startsWith(prefix));
      const limits = { Limit: input['MaxResults'], NextToken: input['NextToken'] };
      const { page, NextToken } = paginate(matching, ({ name }) => name, limits);
      return { ScheduleGroups: page.map(describeGroup), NextToken };
    },
    TagResource(input) {
      const group = groupOf(input);
      store.saveGroup({ ...group, tags: mergeTags(tagsOf(group), input) });
    },
    UntagResource(input) {
      const group = groupOf(input);
      const keys = input['TagKeys'] as readonly string[] | undefined;
      const left = tagsOf(group).filter(({ Key }) => keys?.includes(Key) !== true);
      store.saveGroup({ ...group, tags: JSON.stringify(left) });
    },
    ListTagsForResource: (input) => ({ Tags: tagsOf(groupOf(input)) }),
  };
}

interface Tag {
  readonly Key: string;
  readonly Value: string;
}

const missing = (message: string): AwsError => new AwsError(notFound('').code, message, 404);

const tagsOf = ({ tags }: StoredGroup): Tag[] => JSON.parse(tags) as Tag[];

function mergeTags(tags: readonly Tag[], input: Input): string {
  const given = (input['Tags'] ?? []) as readonly unknown[];
  if (Array.isArray(given) && given.length === 0) return JSON.stringify(tags);
  const added = requiredObjects(input, 'Tags', 200).map((tag) => {
    const Value = optionalText(tag, 'Value', 256);
    return { Key: requiredText(tag, 'Key', 128), Value: Value ?? '' };
  });
  const all = new Map([...tags, ...added].map(({ Key, Value }) => [Key, Value]));
  return JSON.stringify([...all].map(([Key, Value]) => ({ Key, Value })));
}

function describe({ arn, group_name, name, definition, created, modified }: StoredSchedule) {
  const given = JSON.parse(definition) as Input & { readonly State?: string; readonly Target: Input };
  return {
    ...{ ActionAfterCompletion: 'NONE', ScheduleExpressionTimezone: 'UTC', State: 'ENABLED' },
    ...given,
    Target: {
      Arn: given.Target['Arn'],
      ...given.Target,
      RetryPolicy: { ...RETRY_POLICY, ...(given.Target['RetryPolicy'] as object | undefined) },
    },
    ...{ Arn: arn, GroupName: group_name, Name: name, CreationDate: created / 1000 },
    LastModificationDate: modified / 1000,
  };
}
