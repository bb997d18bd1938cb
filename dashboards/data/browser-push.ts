/** Push messages of this browser: asks the person, registers the worker, subscribes at the browser's push service. */

import { Refusal } from './problem.ts';

export interface BrowserSubscription {
  readonly endpoint: string;
  readonly keys: { readonly p256dh: string; readonly auth: string };
}

/** Whether this browser can be sent push messages at all; over plain HTTP only on this machine. */
export function canPush(): boolean {
  return 'serviceWorker' in navigator && 'PushManager' in window && window.isSecureContext;
}

/** Throws with a sentence for people when they refuse or the browser cannot. */
export async function subscribeBrowser(publicKey: string): Promise<BrowserSubscription> {
  if ((await Notification.requestPermission()) !== 'granted')
    throw new Refusal('The browser does not allow notifications for this site.');
  const registration = await navigator.serviceWorker.register(workerUrl());
  await navigator.serviceWorker.ready;
  const subscription = await subscribed(registration, publicKey);
  const { endpoint, keys } = subscription.toJSON();
  const p256dh = keys?.['p256dh'];
  const auth = keys?.['auth'];
  if (endpoint === undefined || p256dh === undefined || auth === undefined)
    throw new Refusal('The browser gave no address for push messages.');
  return { endpoint, keys: { p256dh, auth } };
}

/** A push service that is not there may never answer. */
const PATIENCE_MS = 15_000;

/**
 * Some browsers (Chromium without Google's services, private windows) know the calls and have no push service behind them: that is said at once, not
 * found out by whoever waits for a notice.
 */
async function subscribed(
  registration: ServiceWorkerRegistration,
  publicKey: string,
): Promise<PushSubscription> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('its push service does not answer')), PATIENCE_MS);
  });
  try {
    return await Promise.race([
      registration.pushManager.subscribe({
        userVisibleOnly: true,
        applicationServerKey: bytesOf(publicKey),
      }),
      late,
    ]);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Refusal(
      `This browser cannot be sent push messages: ${why}. Choose another way to be reached.`,
      {
        cause: error,
      },
    );
  } finally {
    clearTimeout(timer);
  }
}

interface TrustedTypes {
  createPolicy(
    name: string,
    rules: { createScriptURL: (url: string) => string },
  ): { createScriptURL(url: string): string };
}

/** The one script that is named by a string: the policy of the page takes it only from a Trusted Types policy. */
function workerUrl(): string {
  const path = '/push-worker.js';
  const types: unknown = Reflect.get(window, 'trustedTypes');
  if (!isTrustedTypes(types)) return path;
  policy ??= types.createPolicy('weir-push', { createScriptURL: () => path });
  return policy.createScriptURL(path);
}

let policy: ReturnType<TrustedTypes['createPolicy']> | undefined;

function isTrustedTypes(value: unknown): value is TrustedTypes {
  return typeof value === 'object' && value !== null && 'createPolicy' in value;
}

function bytesOf(base64url: string): Uint8Array<ArrayBuffer> {
  const text = atob(base64url.replaceAll('-', '+').replaceAll('_', '/'));
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i += 1) bytes[i] = text.charCodeAt(i);
  return bytes;
}
