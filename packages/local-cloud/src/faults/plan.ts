/** What goes wrong on purpose. Without a part, that part goes right. Probabilities are from 0 to 1. */
export interface FaultPlan {
  /** The same seed draws the same faults, as far as things arrive in the same order. */
  readonly seed: number;
  readonly deliveries?: RepeatedDeliveries;
  readonly kills?: readonly Kill[];
  readonly putEvents?: { readonly refuse: number };
  readonly requests?: readonly RequestFault[];
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
  /** Only of these: `['TransactWriteItems']`. All, unless told. */
  readonly actions?: readonly string[];
  /** Refused as too many, and not carried out. */
  readonly throttle: number;
  /** Answered with a 500, and not carried out. */
  readonly fail: number;
  /** Carried out, and answered with a 500 all the same. */
  readonly loseAnswer: number;
}

/** A plan that cannot be followed; the message names what is wrong with it. */
export class InvalidPlan extends Error {
  override readonly name = 'InvalidPlan';
}

const MAX_COPIES = 10;
const MAX_WINDOW_MS = 10_000;
const MAX_NUMBER = 1_000_000;

/** @throws InvalidPlan that names the field which is unknown, missing or out of range */
export function parsePlan(value: unknown): FaultPlan {
  const plan = fieldsOf(value, 'The plan', ['seed', 'deliveries', 'kills', 'putEvents', 'requests']);
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
  };
}

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
  const { actions, throttle = 0, fail = 0, loseAnswer = 0 } = fault;
  const chances = {
    throttle: probability(throttle, `${path}.throttle`),
    fail: probability(fail, `${path}.fail`),
    loseAnswer: probability(loseAnswer, `${path}.loseAnswer`),
  };
  if (chances.throttle + chances.fail + chances.loseAnswer > 1) {
    throw new InvalidPlan(`The probabilities of ${path} are more than 1 together.`);
  }
  return {
    service: oneOf(fault['service'], `${path}.service`, FAULTY_SERVICES),
    ...(actions !== undefined && {
      actions: list(actions, `${path}.actions`).map((action) => text(action, `${path}.actions`)),
    }),
    ...chances,
  };
}

function fieldsOf(value: unknown, path: string, known: readonly string[]): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new InvalidPlan(`${path} has to be an object.`);
  }
  const unknown = Object.keys(value).find((name) => !known.includes(name));
  if (unknown === undefined) return value as Record<string, unknown>;
  throw new InvalidPlan(`${path} has an unknown field "${unknown}"; there are ${known.join(', ')}.`);
}

function list(value: unknown, path: string): readonly unknown[] {
  if (Array.isArray(value) && value.length > 0) return value;
  throw new InvalidPlan(`${path} has to be a list that is not empty.`);
}

function text(value: unknown, path: string): string {
  if (typeof value === 'string' && value !== '') return value;
  throw new InvalidPlan(`${path} has to be a string that is not empty.`);
}

function oneOf<const Choice extends string>(value: unknown, path: string, choices: readonly Choice[]): Choice {
  const choice = choices.find((it) => it === value);
  if (choice !== undefined) return choice;
  throw new InvalidPlan(`${path} has to be one of ${choices.join(', ')}.`);
}

function integer(value: unknown, path: string, from: number, to: number): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= from && value <= to) return value;
  throw new InvalidPlan(`${path} has to be a whole number from ${from} to ${to}.`);
}

function probability(value: unknown, path: string): number {
  if (typeof value === 'number' && value >= 0 && value <= 1) return value;
  throw new InvalidPlan(`${path} has to be a number from 0 to 1.`);
}
