import { Type } from '@sinclair/typebox';
import { Value } from '@sinclair/typebox/value';
import webPush from 'web-push';
import type { ContactSecret } from '../../../platform/contracts/alert-subscription.ts';
import type { OutRequest } from '../../../platform/http-out/sender.ts';
import { readOrMakeText } from '../../../platform/signed-link/key-file.ts';

type PushSubscription = Extract<ContactSecret, { channel: 'push' }>['push'];

/** Who we are to push services (RFC 8292), and messages only the browser can read (RFC 8291). */
export interface PushSealer {
  /** What browsers are given to subscribe with. */
  readonly publicKey: string;
  seal(to: PushSubscription, payload: string, tag: string): OutRequest;
}

const TTL_SECONDS = 86_400;
const Keys = Type.Object({ publicKey: Type.String(), privateKey: Type.String() });

/** The key pair is kept in the home directory; with another one every browser has to subscribe anew. */
export function createPushSealer(home: string, subject: string): PushSealer {
  const keys: unknown = JSON.parse(
    readOrMakeText(home, 'vapid.json', () => JSON.stringify(webPush.generateVAPIDKeys())),
  );
  if (!Value.Check(Keys, keys))
    throw new RangeError('keys/vapid.json holds no key pair; delete it to make a new one');
  return {
    publicKey: keys.publicKey,
    seal: (to, payload, tag) => {
      const { body, endpoint, headers } = webPush.generateRequestDetails(to, payload, {
        vapidDetails: { subject, ...keys },
        TTL: TTL_SECONDS,
        urgency: 'normal',
        topic: tag.slice(0, 32),
      });
      return {
        method: 'POST',
        url: endpoint,
        headers: { ...headers },
        body: body ?? '',
      };
    },
  };
}
