import { chances, fieldsOf, integer, InvalidPlan, list, oneOf, probability, text } from './plan-fields.ts';

export { InvalidPlan } from './plan-fields.ts';

/** What goes wrong on purpose. Without a part, that part goes right. Probabilities are from 0 to 1. */
export interface FaultPlan {
  /** The same seed draws the same faults, as far as things arrive in the same order. */
  readonly seed: number;
  readonly deliveries?: RepeatedDeliveries;
  readonly kills?: readonly Kill[];
  readonly putEvents?: { readonly refuse: number };
  readonly requests?: readonly RequestFault[];
  /** Functions whose clocks are wrong. */
  readonly clocks?: readonly ClockSkew[];
  /** Names of services whose functions cannot be called: what is sent to them waits or is refused. */
  readonly absent?: readonly string[];
  /** What becomes of requests to sandboxes and of their webhooks, by the sandbox's name. */
  readonly sandboxes?: Readonly<Record<string, SandboxFault>>;
  /** What becomes of a function's run by its schedule. */
  readonly schedules?: CopiesFault;
}

export interface RepeatedDeliveries {
  /** How often each delivery is made. */
  readonly copies: number;
  /** Each is held back for up to this long, in milliseconds, so that they overtake one another. */
  readonly windowMs: number;
}

/** Kills a function's worker in the invocations of these numbers, from 1 since the plan was made, or by chance. */
export interface Kill {
  /** `inventory-local-commands` */
  readonly function: string;
  readonly at: 'before-write' | 'before-answer';
  /** Just before which of the invocation's writes to AWS; the first is 1. */
  readonly write: number;
  readonly invocations?: readonly number[];
  readonly probability?: number;
}

export const FAULTY_SERVICES = ['DynamoDB', 'SQS', 'EventBridge', 'Step Functions'] as const;

/** What becomes of functions' requests to a service of AWS. */
export interface RequestFault {
  readonly service: (typeof FAULTY_SERVICES)[number];
  /** Only of these: `['TransactWriteItems']`. Default: all. */
  readonly actions?: readonly string[];
  /** Refused as too many, and not carried out. */
  readonly throttle: number;
  /** Answered with a 500, and not carried out. */
  readonly fail: number;
  /** Carried out, and answered with a 500 all the same. */
  readonly loseAnswer: number;
}

/** A function's clock is wrong by so many seconds, ahead or, below zero, behind. Timers run on as ever. */
export interface ClockSkew {
  /** `orders-local-sweep` */
  readonly function: string;
  readonly seconds: number;
}

/** How a sandbox goes wrong. */
export interface SandboxFault {
  /** Answers 503 and does nothing. */
  readonly down: number;
  /** Does what it is asked to and answers 500 all the same. */
  readonly lie: number;
  /** Does it, and answers late by up to `slowMs` milliseconds. */
  readonly slow: number;
  readonly slowMs: number;
  readonly webhooks?: CopiesFault;
}

/** What should happen once happens never, or twice at the same time. */
export interface CopiesFault {
  readonly lose: number;
  readonly repeat: number;
}

const MAX_COPIES = 10;
const MAX_WINDOW_MS = 10_000;
const MAX_NUMBER = 1_000_000;
const MAX_SKEW_SECONDS = 3 * 86_400;
const MAX_SLOW_MS = 60_000;
const DEFAULT_SLOW_MS = 3_000;
const PARTS = ['seed', 'deliveries', 'kills', 'putEvents', 'requests'];
const MORE_PARTS = ['clocks', 'absent', 'sandboxes', 'schedules'];

/** @throws InvalidPlan that names the field which is unknown, missing or out of range */
export function parsePlan(value: unknown): FaultPlan {
  const plan = fieldsOf(value, 'The plan', [...PARTS, ...MORE_PARTS]);
  const { deliveries, putEvents, kills, requests } = plan;
  return {
    seed: plan['seed'] === undefined ? 1 : integer(plan['seed'], 'seed', -MAX_NUMBER, MAX_NUMBER),
    ...(deliveries !== undefined && { deliveries: parseDeliveries(deliveries) }),
    ...(kills !== undefined && {
      kills: list(kills, 'kills').map((kill, index) => parseKill(kill, `kills[${index}]`)),
    }),
    ...(putEvents !== undefined && {
      putEvents: { refuse: probability(fieldsOf(putEvents, 'putEvents', ['refuse'])['refuse'], 'putEvents.refuse') },
    }),
    ...(requests !== undefined && {
      requests: list(requests, 'requests').map((fault, index) => parseRequestFault(fault, `requests[${index}]`)),
    }),
    ...parseSurroundings(plan),
  };
}

function parseSurroundings(plan: Readonly<Record<string, unknown>>): Partial<FaultPlan> {
  const { clocks, absent, sandboxes, schedules } = plan;
  return {
    ...(clocks !== undefined && {
      clocks: list(clocks, 'clocks').map((clock, index) => parseClock(clock, `clocks[${index}]`)),
    }),
    ...(absent !== undefined && { absent: list(absent, 'absent').map((name) => text(name, 'absent')) }),
    ...(sandboxes !== undefined && { sandboxes: parseSandboxes(sandboxes) }),
    ...(schedules !== undefined && { schedules: parseCopies(schedules, 'schedules') }),
  };
}

function parseClock(value: unknown, path: string): ClockSkew {
  const clock = fieldsOf(value, path, ['function', 'seconds']);
  return {
    function: text(clock['function'], `${path}.function`),
    seconds: integer(clock['seconds'], `${path}.seconds`, -MAX_SKEW_SECONDS, MAX_SKEW_SECONDS),
  };
}

function parseSandboxes(value: unknown): Record<string, SandboxFault> {
  const byName = Object.entries(fieldsOf(value, 'sandboxes'));
  return Object.fromEntries(byName.map(([name, fault]) => [name, parseSandbox(fault, `sandboxes.${name}`)]));
}

function parseSandbox(value: unknown, path: string): SandboxFault {
  const fault = fieldsOf(value, path, ['down', 'lie', 'slow', 'slowMs', 'webhooks']);
  const { slowMs = DEFAULT_SLOW_MS, webhooks } = fault;
  return {
    ...chances(fault, path, ['down', 'lie', 'slow']),
    slowMs: integer(slowMs, `${path}.slowMs`, 1, MAX_SLOW_MS),
    ...(webhooks !== undefined && { webhooks: parseCopies(webhooks, `${path}.webhooks`) }),
  };
}

const parseCopies = (value: unknown, path: string): CopiesFault =>
  chances(fieldsOf(value, path, ['lose', 'repeat']), path, ['lose', 'repeat']);

function parseDeliveries(value: unknown): RepeatedDeliveries {
  const { copies = 1, windowMs = 0 } = fieldsOf(value, 'deliveries', ['copies', 'windowMs']);
  return {
    copies: integer(copies, 'deliveries.copies', 1, MAX_COPIES),
    windowMs: integer(windowMs, 'deliveries.windowMs', 0, MAX_WINDOW_MS),
  };
}

function parseKill(value: unknown, path: string): Kill {
  const kill = fieldsOf(value, path, ['function', 'at', 'write', 'invocations', 'probability']);
  const { write, invocations, probability: chance } = kill;
  if ((invocations === undefined) === (chance === undefined)) {
    throw new InvalidPlan(`${path} has to have either invocations or a probability.`);
  }
  const at = oneOf(kill['at'], `${path}.at`, ['before-write', 'before-answer'] as const);
  if (write !== undefined && at !== 'before-write') throw new InvalidPlan(`${path}.write goes with at: before-write.`);
  return {
    function: text(kill['function'], `${path}.function`),
    at,
    write: write === undefined ? 1 : integer(write, `${path}.write`, 1, MAX_NUMBER),
    ...(invocations !== undefined && {
      invocations: list(invocations, `${path}.invocations`).map((it) =>
        integer(it, `${path}.invocations`, 1, MAX_NUMBER),
      ),
    }),
    ...(chance !== undefined && { probability: probability(chance, `${path}.probability`) }),
  };
}

function parseRequestFault(value: unknown, path: string): RequestFault {
  const fault = fieldsOf(value, path, ['service', 'actions', 'throttle', 'fail', 'loseAnswer']);
  const { actions } = fault;
  return {
    service: oneOf(fault['service'], `${path}.service`, FAULTY_SERVICES),
    ...(actions !== undefined && {
      actions: list(actions, `${path}.actions`).map((action) => text(action, `${path}.actions`)),
    }),
    ...chances(fault, path, ['throttle', 'fail', 'loseAnswer']),
  };
}
