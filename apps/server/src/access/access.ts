import { createHash, timingSafeEqual } from 'node:crypto';
import { isIP } from 'node:net';

/*
 * Who may use this server. A browser lets any page send requests to 127.0.0.1, and a hostile name may resolve to it, so
 * the names are checked: Host against the server's own names, Origin against Host.
 */

/** The settings that decide about access. */
export interface AccessRules {
  /** Names besides the loopback's, without port, as given by `--allow-host`. */
  readonly allowHosts: readonly string[];
  /** What clients must present; undefined: nothing. */
  readonly token: string | undefined;
}

const LOOPBACK_NAMES: readonly string[] = ['localhost', '127.0.0.1', '[::1]'];

/** A `Host` header's name in lower case, without its port; undefined if it is not a host. */
export function hostName(header: string): string | undefined {
  const match = /^(\[[0-9a-f:.]+\]|[^[\]:/\\@\s]+)(?::\d{1,5})?$/i.exec(header);
  return match?.[1]?.toLowerCase();
}

/** Whether a `Host` header names this server: loopback on any port (tunnels), or an allowed host. */
export function isAllowedHost(header: string | undefined, { allowHosts }: AccessRules): boolean {
  const name = header === undefined ? undefined : hostName(header);
  if (name === undefined) return false;
  return LOOPBACK_NAMES.includes(name) || allowHosts.some((allowed) => hostName(allowed) === name);
}

/** Whether an `Origin` header, if present, is that of the page that this server itself serves. */
export function isOwnOrigin(origin: string | undefined, host: string | undefined): boolean {
  if (origin === undefined) return true;
  if (host === undefined) return false;
  let url: URL;
  try {
    url = new URL(origin);
  } catch {
    // `null`: a sandboxed frame or a file.
    return false;
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return false;
  // The browser omits the scheme's default port from both.
  return url.host === host.toLowerCase();
}

/**
 * Whether a browser marks the request as coming from another site's page. Such a page can send plain requests without
 * an `Origin` (images, scripts): it cannot read the responses, but it should not make this server work either. Programs
 * other than browsers send no such header.
 */
export function isForeignFetch(secFetchSite: string | undefined): boolean {
  return secFetchSite !== undefined && secFetchSite !== 'same-origin' && secFetchSite !== 'none';
}

/** Whether `presented` is the token; takes the same time wherever they differ. */
export function isToken(presented: string | undefined, { token }: AccessRules): boolean {
  if (token === undefined) return true;
  if (presented === undefined) return false;
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(presented), digest(token));
}

/** The token of an `Authorization: Bearer` header. */
export function bearerToken(header: string | undefined): string | undefined {
  return header === undefined ? undefined : /^Bearer +(\S+)$/i.exec(header)?.[1];
}

/** Whether an address `host` can be reached from this machine only. */
export function isLoopback(host: string): boolean {
  if (host === 'localhost' || host === '::1') return true;
  return isIP(host) === 4 && host.startsWith('127.');
}
