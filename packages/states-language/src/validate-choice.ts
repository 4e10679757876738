import { isChoiceOperator } from './choice.ts';
import type { QueryLanguageName } from './definition.ts';
import { expressionIn } from './jsonata.ts';
import { isObject, type JsonObject } from './json.ts';
import { refuseOther } from './validate-errors.ts';
import { checkAssign, checkPath, checkTemplate, fail } from './validate-expressions.ts';

export function checkChoices(language: QueryLanguageName, name: string, choices: unknown, at: string): void {
  if (!Array.isArray(choices) || choices.length === 0) return fail(`State "${name}" needs Choices`, at);
  choices.forEach((rule: unknown, index) => {
    const where = `${at}/Choices[${index}]`;
    if (!isObject(rule) || typeof rule['Next'] !== 'string') return fail('a choice needs a Next', where);
    checkAssign(language, rule['Assign'], `${where}/Assign`);
    if (language === 'JSONata') checkCondition(rule, where);
    else checkRule(rule, ['Next', 'Comment', 'Assign'], where);
  });
}

function checkCondition(rule: JsonObject, at: string): void {
  const condition = rule['Condition'];
  if (typeof condition !== 'boolean' && expressionIn(condition) === undefined) {
    fail('a choice in JSONata needs a Condition: true, false or an expression {% … %}', at);
  }
  checkTemplate('JSONata', condition, `${at}/Condition`);
  checkTemplate('JSONata', rule['Output'], `${at}/Output`);
  refuseOther(rule, ['Condition', 'Next', 'Output', 'Assign', 'Comment'], at);
}

function checkRule(rule: unknown, extra: readonly string[], at: string): void {
  if (!isObject(rule)) return fail('a rule must be an object', at);
  const own = Object.keys(rule).filter((key) => !extra.includes(key));
  const combined = own.find((key) => ['And', 'Or', 'Not'].includes(key));
  if (combined !== undefined && own.length === 1) {
    const inner = combined === 'Not' ? [rule[combined]] : rule[combined];
    if (!Array.isArray(inner) || inner.length === 0) return fail(`${combined} needs rules`, at);
    return inner.forEach((each: unknown) => checkRule(each, ['Comment'], `${at}/${combined}`));
  }
  const operators = own.filter((key) => key !== 'Variable');
  const [operator] = operators;
  if (operators.length !== 1 || operator === undefined || !isChoiceOperator(operator)) {
    return fail(`a rule needs one operator that the local cloud supports, not [${operators.join(', ')}]`, at);
  }
  checkPath('Variable', rule['Variable'] ?? '', at);
  if (operator.endsWith('Path')) checkPath(operator, rule[operator], at);
}
