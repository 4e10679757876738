import { ConfigurationError } from '../types.ts';
import type { Json } from '../types.ts';
import type { Template } from './template.ts';

const INTRINSIC = /^(?:Ref|Fn::\w+)$/;

/**
 * Converts the definitions of state machines to text. The framework strips every null from a template, but in the
 * Amazon States Language `"ResultPath": null` keeps a state's input; without it the result replaces the input.
 * Source: https://docs.aws.amazon.com/step-functions/latest/dg/input-output-resultpath.html
 * @throws ConfigurationError on an intrinsic function in a definition, which a text cannot have
 */
export function writeDefinitions({ Resources }: Pick<Template, 'Resources'>): void {
  for (const [id, resource] of Object.entries(Resources)) {
    const { Definition: definition, ...others } = resource.Properties ?? {};
    if (resource.Type !== 'AWS::StepFunctions::StateMachine' || definition === undefined) continue;
    const intrinsic = intrinsicIn(definition);
    if (intrinsic !== undefined) {
      throw new ConfigurationError(
        `resources.Resources.${id}: its Definition has ${intrinsic}; use DefinitionSubstitutions in its place.`,
      );
    }
    Resources[id] = { ...resource, Properties: { ...others, DefinitionString: JSON.stringify(definition) } };
  }
}

function intrinsicIn(value: Json): string | undefined {
  if (value === null || typeof value !== 'object') return undefined;
  const found = Array.isArray(value) ? undefined : Object.keys(value).find((key) => INTRINSIC.test(key));
  return (
    found ??
    Object.values(value)
      .map(intrinsicIn)
      .find((it) => it !== undefined)
  );
}
