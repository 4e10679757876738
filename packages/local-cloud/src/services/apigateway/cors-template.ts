const TEMPLATE =
  /^#set\(\$origin = \$input\.params\("Origin"\)\)\s+#if\(\$origin == ""\) #set\(\$origin = \$input\.params\("origin"\)\) #end\s+#if\((.+)\) #set\(\$context\.responseOverride\.header\.Access-Control-Allow-Origin = \$origin\) #end$/;
const MATCH = /^\$origin\.matches\("([^"]+)"\)$/;

/**
 * The one template in VTL that is known here: the Serverless Framework's, which answers a preflight request with its own
 * origin where that is among those allowed. Regular expressions of the origins, or undefined for any other template.
 * Source: lib/plugins/aws/package/compile/events/api-gateway/lib/cors.js of the framework
 */
export function corsOrigins(template: string): readonly RegExp[] | undefined {
  const condition = TEMPLATE.exec(template)?.[1];
  if (condition === undefined) return undefined;
  const patterns = condition.split(' || ').map((part) => MATCH.exec(part)?.[1]);
  if (patterns.includes(undefined)) return undefined;
  return patterns.map((pattern) => new RegExp(`^(?:${pattern})$`));
}
