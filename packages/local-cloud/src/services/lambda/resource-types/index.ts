import type { ResourceType } from '../../cloudformation/index.ts';
import { eventSourceMappingType, type MappedSources } from './event-source-mapping.ts';
import { type FunctionParts, functionType } from './function.ts';
import { layerVersionType } from './layer-version.ts';
import { aliasType, eventInvokeConfigType, versionType } from './version.ts';

/** Of functions that are deployed; `npm start` has its functions from their folders. */
export function lambdaResourceTypes(parts: FunctionParts): Record<string, ResourceType> {
  return {
    'AWS::Lambda::Alias': aliasType(parts.functions),
    'AWS::Lambda::EventInvokeConfig': eventInvokeConfigType(parts.functions),
    'AWS::Lambda::Function': functionType(parts),
    'AWS::Lambda::LayerVersion': layerVersionType(parts),
    'AWS::Lambda::Version': versionType(parts.functions),
  };
}

export function eventSourceMappingResourceTypes(sources: MappedSources): Record<string, ResourceType> {
  return { 'AWS::Lambda::EventSourceMapping': eventSourceMappingType(sources) };
}
