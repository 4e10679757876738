import { awaitLogGroups } from '../log-metrics.ts';
import { addApiStage } from './api-stage.ts';
import { addBasePath } from './base-path.ts';
import { boundRoles } from './boundary.ts';
import { secureBuckets } from './buckets.ts';
import { addCanary } from './canary.ts';
import { publishArtefacts } from './artefacts-parameter.ts';
import { giveSchedulesRoles, keepUndelivered } from './schedules.ts';
import { addWebsocketStage } from './websocket-stage.ts';
import { publishUrl } from './url-parameter.ts';
import type { Template, TemplateContext } from './template.ts';

/**
 * The transformations of the compiled template, in order. Each works in place; the last one covers the whole template.
 */
const transformations: readonly ((template: Template, context: TemplateContext) => void)[] = [
  addCanary,
  addApiStage,
  addBasePath,
  keepUndelivered,
  giveSchedulesRoles,
  addWebsocketStage,
  (template) => awaitLogGroups(template),
  (template) => secureBuckets(template),
  publishUrl,
  (template) => boundRoles(template),
  publishArtefacts,
];

/**
 * Changes a service's compiled CloudFormation template, complete with the service's own resources, just before it is
 * saved. The local cloud does not use them.
 */
export function transformTemplate(template: Template, context: TemplateContext): void {
  for (const transform of transformations) transform(template, context);
}
