import { randomBytes } from 'node:crypto';
import type { ContactRequest, ContactSecret } from '../../platform/contracts/alert-subscription.ts';
import { WeirError } from '../../platform/errors/weir-error.ts';

export interface NewContact {
  readonly secret: ContactSecret;
  /** Enough to recognise it. */
  readonly shown: string;
  /** Shown to its owner this once. */
  readonly signingSecret?: string;
}

const SECRET_BYTES = 32;

/**
 * What is kept of a new contact point. Mail goes to one's own address; only an admin names another one, as whoever may name any could make Weir write
 * to strangers. Throws ALERT_INVALID, GATEWAY_FORBIDDEN.
 */
export function newContact(
  request: ContactRequest,
  who: { readonly email: string | undefined; readonly isAdmin: boolean },
): NewContact {
  switch (request.channel) {
    case 'inapp':
      return { secret: { channel: 'inapp' }, shown: 'the inbox of this app' };
    case 'email': {
      const address = request.address ?? who.email;
      if (address === undefined || !/^[^\s@<>",;:\\]+@[^\s@<>",;:\\]+$/.test(address))
        throw new WeirError('ALERT_INVALID', 'Give an e-mail address.');
      if (address !== who.email && !who.isAdmin)
        throw new WeirError(
          'GATEWAY_FORBIDDEN',
          'Mail goes to your own address; an admin may name another one.',
        );
      return { secret: { channel: 'email', address }, shown: address };
    }
    case 'slack':
      return {
        secret: { channel: 'slack', url: checkedUrl(request.url) },
        shown: `${hostOf(request.url)} …${request.url.slice(-4)}`,
      };
    case 'pagerduty':
      return {
        secret: { channel: 'pagerduty', routingKey: request.routingKey },
        shown: `routing key …${request.routingKey.slice(-4)}`,
      };
    case 'push':
      return {
        secret: { channel: 'push', push: { ...request.push, endpoint: checkedUrl(request.push.endpoint) } },
        shown: `a browser by ${hostOf(request.push.endpoint)}`,
      };
    case 'webhook': {
      const secret = `whsec_${randomBytes(SECRET_BYTES).toString('base64')}`;
      return {
        secret: { channel: 'webhook', url: checkedUrl(request.url), secret },
        shown: hostOf(request.url),
        signingSecret: secret,
      };
    }
  }
}

/** Form only: whether the address may be spoken to is decided by whoever speaks to it, each time. */
function checkedUrl(text: string): string {
  const url = URL.parse(text);
  const isLocal = url !== null && /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(url.hostname);
  if (url === null || !(url.protocol === 'https:' || (isLocal && url.protocol === 'http:')))
    throw new WeirError('ALERT_INVALID', 'Give an address that begins with https://.');
  return text;
}

function hostOf(url: string): string {
  return URL.parse(url)?.host ?? 'unknown';
}
