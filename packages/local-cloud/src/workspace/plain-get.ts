/** The path of a route that can be asked for as it stands: `GET /v1/products`. Undefined for any other. */
export const plainGet = (route: string): string | undefined => /^(?:GET|ANY) (\/[^{}]*)$/.exec(route)?.[1];
