import { targetOf, textOf } from './references.ts';
import { at, isObject, list, ofType } from './template.ts';
import type { Entry, Json, JsonObject, Template } from './template.ts';

/**
 * A stage of a REST API: a separate resource, or created with a deployment, whose `StageDescription` has the same
 * settings.
 */
export interface Stage {
  readonly entry: Entry;
  /** The path within the resource to the settings: `Properties` or `Properties.StageDescription`. */
  readonly path: string;
  readonly settings: JsonObject;
  readonly apiId: string | undefined;
  readonly name: string;
}

export function stages(template: Template): Stage[] {
  const own = ofType(template, 'AWS::ApiGateway::Stage').map((entry) =>
    stage(template, entry, 'Properties', entry.properties),
  );
  const deployed = ofType(template, 'AWS::ApiGateway::Deployment')
    .filter(({ properties }) => properties['StageName'] !== undefined)
    .map((entry) => {
      const description = entry.properties['StageDescription'];
      return stage(template, entry, 'Properties.StageDescription', isObject(description) ? description : {});
    });
  return [...own, ...deployed];
}

/** The settings for all methods of a stage: `/*` and `*`. */
export function settingsForAll({ settings }: Stage): Json | undefined {
  return list(settings['MethodSettings']).find(
    (setting) => at(setting, 'ResourcePath') === '/*' && at(setting, 'HttpMethod') === '*',
  );
}

/** A method of a REST API, with its path from the root: `/v1/orders/{orderId}`. */
export interface Method {
  readonly entry: Entry;
  readonly verb: string;
  readonly path: string;
}

export function methods(template: Template): Method[] {
  return ofType(template, 'AWS::ApiGateway::Method').map((entry) => ({
    entry,
    verb: String(entry.properties['HttpMethod']),
    path: pathOf(template, entry.properties['ResourceId']),
  }));
}

function pathOf(template: Template, resourceId: Json | undefined): string {
  const parts: string[] = [];
  let here = targetOf(template, resourceId);
  while (here !== undefined && template.Resources[here]?.Type === 'AWS::ApiGateway::Resource') {
    const properties: JsonObject = template.Resources[here]?.Properties ?? {};
    parts.unshift(textOf(template, properties['PathPart']));
    here = targetOf(template, properties['ParentId']);
  }
  return `/${parts.join('/')}`;
}

function stage(template: Template, entry: Entry, path: string, settings: JsonObject): Stage {
  return {
    ...{ entry, path, settings },
    apiId: targetOf(template, entry.properties['RestApiId']),
    name: textOf(template, entry.properties['StageName']),
  };
}
