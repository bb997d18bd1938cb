import ipaddr from 'ipaddr.js';
import { WeirError } from '../../platform/errors/weir-error.ts';

/**
 * Whether an address is one of the public internet: no private, loopback, link-local (169.254.169.254 of clouds), carrier-grade NAT, unique local,
 * multicast, reserved or documentation range (IANA special-purpose registries, as `ipaddr.js` knows them), nor any of these inside an IPv6 address.
 */
export function isPublicAddress(text: string): boolean {
  if (!ipaddr.isValid(text)) return false;
  // `process` turns an IPv4-mapped address into the IPv4 address that would be connected to.
  return ipaddr.process(text).range() === 'unicast';
}

export function isLoopbackAddress(text: string): boolean {
  return ipaddr.isValid(text) && ipaddr.process(text).range() === 'loopback';
}

/**
 * An address a source may have: https on port 443, no user in it; with `allowLoopback` also http and any port on this machine itself. Throws
 * SOURCE_ADDRESS_REFUSED. The address a name resolves to is checked when it is connected to.
 */
export function checkSourceUrl(text: string, allowLoopback: boolean): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined) throw refused('it is no address');
  if (url.username !== '' || url.password !== '')
    throw refused('it holds a user or password; give a token by name instead');
  const host = hostOf(url);
  if (allowLoopback && (host === 'localhost' || isLoopbackAddress(host))) return url;
  if (url.protocol !== 'https:') throw refused('it is not https');
  if (url.port !== '') throw refused('its port is not 443');
  if (ipaddr.isValid(host) && !isPublicAddress(host)) throw refused(`${host} is not of the public internet`);
  return url;
}

/** The host without the brackets of an IPv6 address. */
export function hostOf({ hostname }: URL): string {
  return hostname.startsWith('[') ? hostname.slice(1, -1) : hostname;
}

export function refused(why: string): WeirError {
  return new WeirError('SOURCE_ADDRESS_REFUSED', `The address of the source is not asked: ${why}.`);
}
