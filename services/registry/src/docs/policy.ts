const OWN = "'self'";

/**
 * What a page may load and do: everything from its own origin, nothing inline, no code from text. Two exceptions that the
 * renderers need, which run no script: swagger-ui's icons are `data:` images, and both set `style` attributes.
 * @param elsewhere origins that try-it-out may send to, where services do not share a host
 */
export const contentSecurityPolicy = (elsewhere = ''): string =>
  Object.entries({
    'default-src': [OWN],
    'img-src': [OWN, 'data:'],
    'connect-src': [OWN, elsewhere],
    'object-src': ["'none'"],
    'base-uri': ["'none'"],
    'form-action': [OWN],
    'frame-ancestors': ["'none'"],
  })
    .map(([name, sources]) => [name, ...sources.filter((source) => source !== '')].join(' '))
    .join('; ');
