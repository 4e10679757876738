interface Requested {
  readonly url?: string;
}

/**
 * The URL of a request to a server of this machine, or of the server at `base` that it is passed on to. A path that begins
 * with two slashes, or a request in absolute form, would otherwise name the host itself.
 * @param base without a path
 * @example requestUrl({ url: '//other.example/a?b=1' }, 'http://127.0.0.1:4566') // http://127.0.0.1:4566//other.example/a?b=1
 */
export function requestUrl({ url = '/' }: Requested, base = 'http://localhost'): URL {
  return new URL(`${base}${url.startsWith('/') ? url : pathOf(url)}`);
}

function pathOf(url: string): string {
  if (!URL.canParse(url)) return '/';
  const { pathname, search } = new URL(url);
  return pathname.startsWith('/') ? `${pathname}${search}` : '/';
}
