import { KeyMissing, evaluate, evaluateGroup } from './expressions.ts';
import { calculate } from './operators.ts';
import { bind, parametersOf } from './parameters.ts';
import { Scope } from './scope.ts';
import { type Node, inner, split } from './syntax.ts';
import { assign, remove } from './targets.ts';
import { Callable, Failure, Mismatch, Namespace, Unreadable, items, truthy } from './values.ts';

/** How a block ended: at its end, at `return` or `yield`, or at a jump. */
type End = { readonly value: unknown } | 'break' | 'continue' | undefined;

/** Something that `with` enters: it decides what an error of the block means. */
export class Context {
  readonly entered: unknown;
  readonly leave: (error: Error | undefined) => void;
  constructor(entered: unknown, leave: (error: Error | undefined) => void) {
    this.entered = entered;
    this.leave = leave;
  }
}

export async function execute(body: readonly Node[], scope: Scope): Promise<End> {
  for (const statement of body) {
    const handler = STATEMENTS[statement.name];
    if (handler === undefined) continue;
    const end = await handler(statement, scope);
    if (end !== undefined) return end;
  }
  return undefined;
}

/** A function that a case calls. A `yield` is its value too: what comes behind it cleans up. */
export function functionOf(node: Node, scope: Scope): Callable {
  const parameters = parametersOf(node.parts.find(({ name }) => name === 'ParamList'));
  const body = bodyOf(node);
  return new Callable(async (args, named) => {
    const end = await execute(body, await bind(parameters, scope, args, named, evaluate));
    return typeof end === 'object' ? end.value : null;
  });
}

export const bodyOf = (node: Node): readonly Node[] => node.parts.find(({ name }) => name === 'Body')?.parts ?? [];

const STATEMENTS: Readonly<Record<string, (node: Node, scope: Scope) => Promise<End>>> = {
  ExpressionStatement: async (node, scope) => {
    await evaluateGroup(node.parts, scope);
    return undefined;
  },
  AssignStatement: assignment,
  UpdateStatement: async (node, scope) => {
    const [target, operator, value] = node.parts.map(some);
    const result = calculate(
      await evaluate(some(target), scope),
      some(operator).text.slice(0, -1),
      await evaluate(some(value), scope),
    );
    await assign([some(target)], result, scope, evaluate);
    return undefined;
  },
  ReturnStatement: async (node, scope) => ({ value: await optional(node.parts.slice(1), scope) }),
  YieldStatement: async (node, scope) => ({ value: await optional(node.parts.slice(1), scope) }),
  BreakStatement: async () => 'break',
  ContinueStatement: async () => 'continue',
  FunctionDefinition: async (node, scope) => {
    scope.set(nameOf(node), functionOf(node, scope));
    return undefined;
  },
  DecoratedStatement: async (node, scope) => execute(node.parts.slice(-1), scope),
  ClassDefinition: async (node, scope) => {
    const inside = new Scope(scope);
    await execute(bodyOf(node), inside);
    const own = Object.fromEntries(inside.entries());
    const bases = inner(node.parts.find(({ name }) => name === 'ArgList') ?? node).filter(
      ({ name }) => name === 'VariableName',
    );
    if (bases.some(({ text }) => text === 'TypedDict')) own['__typed_dict__'] = true;
    const inherited = bases.map(({ text }) => scope.find(text)).filter((base) => base instanceof Namespace);
    scope.set(
      nameOf(node),
      new Namespace(
        (name) => own[name] ?? inherited.map((base) => base.member(name)).find((found) => found !== undefined),
      ),
    );
    return undefined;
  },
  ScopeStatement: async (node, scope) => {
    for (const { text: name } of node.parts.slice(1)) scope.declareNonlocal(name);
    return undefined;
  },
  IfStatement: branch,
  ForStatement: forLoop,
  WhileStatement: whileLoop,
  WithStatement: within,
  TryStatement: attempt,
  AssertStatement: assertion,
  RaiseStatement: async (node, scope) => {
    const raised = node.parts[1] === undefined ? undefined : await evaluate(node.parts[1], scope);
    throw raised instanceof Error ? raised : new Unreadable(`raise in line ${node.line}`);
  },
  DeleteStatement: async (node, scope) => {
    for (const group of split(node.parts.slice(1), ',')) await remove(some(group[0]), scope, evaluate);
    return undefined;
  },
  MatchStatement: unreadable,
};

async function unreadable(node: Node): Promise<End> {
  throw new Unreadable(`${node.name} in line ${node.line}`);
}

const optional = async (parts: readonly Node[], scope: Scope): Promise<unknown> =>
  parts.length === 0 ? null : evaluateGroup(parts, scope);

const nameOf = (node: Node): string => some(node.parts.find(({ name }) => name === 'VariableName')).text;

async function assignment(node: Node, scope: Scope): Promise<End> {
  const groups = split(
    node.parts.filter(({ name }) => name !== 'TypeDef'),
    'AssignOp',
  );
  if (groups.length < 2) return undefined;
  const value = await evaluateGroup(groups.at(-1) ?? [], scope);
  for (const target of groups.slice(0, -1)) await assign(target, value, scope, evaluate);
  return undefined;
}

async function branch(node: Node, scope: Scope): Promise<End> {
  const { parts } = node;
  for (const [index, part] of parts.entries()) {
    if (part.name === 'else') return execute(some(parts[index + 1]).parts, scope);
    if (part.name !== 'if' && part.name !== 'elif') continue;
    if (truthy(await evaluate(some(parts[index + 1]), scope))) return execute(some(parts[index + 2]).parts, scope);
  }
  return undefined;
}

async function forLoop(node: Node, scope: Scope): Promise<End> {
  const at = node.parts.findIndex(({ name }) => name === 'in');
  for (const item of [...items(await evaluate(some(node.parts[at + 1]), scope))]) {
    await assign(node.parts.slice(1, at), item, scope, evaluate);
    const end = await execute(bodyOf(node), scope);
    if (end === 'break') return undefined;
    if (typeof end === 'object') return end;
  }
  return undefined;
}

/** A loop of a case ends after a few rounds: what it waits for comes at once here. */
const MOST_ROUNDS = 500;

async function whileLoop(node: Node, scope: Scope): Promise<End> {
  for (let round = 0; truthy(await evaluate(some(node.parts[1]), scope)); round += 1) {
    if (round > MOST_ROUNDS) throw new Mismatch(`The loop in line ${node.line} does not end.`);
    const end = await execute(bodyOf(node), scope);
    if (end === 'break') return undefined;
    if (typeof end === 'object') return end;
  }
  return undefined;
}

async function within(node: Node, scope: Scope): Promise<End> {
  const heads = split(
    node.parts.slice(1).filter(({ name }) => name !== 'Body'),
    ',',
  );
  const contexts: Context[] = [];
  for (const [expression, as, target] of heads) {
    const context = await evaluate(some(expression), scope);
    if (!(context instanceof Context)) throw new Unreadable(`with in line ${node.line}`);
    if (as !== undefined) await assign([some(target)], context.entered, scope, evaluate);
    contexts.push(context);
  }
  let end: End;
  let error: Error | undefined;
  try {
    end = await execute(bodyOf(node), scope);
  } catch (thrown) {
    error = thrown as Error;
  }
  for (const context of contexts.toReversed()) {
    context.leave(error);
    error = undefined;
  }
  return end;
}

async function attempt(node: Node, scope: Scope): Promise<End> {
  const { parts } = node;
  const blockAfter = (keyword: string): readonly Node[] => {
    const at = parts.findIndex(({ name }) => name === keyword);
    return at < 0 ? [] : some(parts[at + 1]).parts;
  };
  try {
    return await execute(blockAfter('try'), scope);
  } catch (error) {
    const at = parts.findIndex(({ name }) => name === 'except');
    if (at < 0 || !(error instanceof Failure || error instanceof Mismatch || error instanceof KeyMissing)) throw error;
    const as = parts.findIndex(({ name }, index) => index > at && name === 'as');
    if (as > 0) scope.set(some(parts[as + 1]).text, error);
    return await execute(some(parts.find(({ name }, index) => index > at && name === 'Body')).parts, scope);
  } finally {
    await execute(blockAfter('finally'), scope);
  }
}

async function assertion(node: Node, scope: Scope): Promise<End> {
  const condition = some(node.parts[1]);
  const value = await evaluate(condition, scope);
  if (!truthy(value)) throw new Mismatch(`line ${node.line}: ${condition.text.replace(/\s+/g, ' ')} does not hold`);
  return undefined;
}

function some(node: Node | undefined): Node {
  if (node === undefined) throw new Unreadable('a piece of syntax');
  return node;
}
