import type { Resources } from '@dure/cloudformation/template';

/** An API's deployment takes a picture of these, so that it waits for them, the service's own ones too. */
const PICTURED =
  /^AWS::ApiGateway(?:V2)?::(?:Authorizer|GatewayResponse|Integration|Method|Model|RequestValidator|Route|RouteResponse)$/;
const DEPLOYMENT = /^AWS::ApiGateway(?:V2)?::Deployment$/;

export function deployedLast(resources: Resources): Resources {
  const pictured = Object.keys(resources).filter((id) => PICTURED.test(resources[id]!.Type));
  return Object.fromEntries(
    Object.entries(resources).map(([id, resource]) => [
      id,
      DEPLOYMENT.test(resource.Type)
        ? { ...resource, DependsOn: [...[resource.DependsOn ?? []].flat(), ...pictured] }
        : resource,
    ]),
  );
}
