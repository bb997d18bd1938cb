/** Push messages of this browser: asks the person, registers the worker, subscribes at the browser's push service. */

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
    throw new Error('The browser does not allow notifications for this site.');
  const registration = await navigator.serviceWorker.register(workerUrl());
  await navigator.serviceWorker.ready;
  const subscription = await registration.pushManager.subscribe({
    userVisibleOnly: true,
    applicationServerKey: bytesOf(publicKey),
  });
  const { endpoint, keys } = subscription.toJSON();
  const p256dh = keys?.['p256dh'];
  const auth = keys?.['auth'];
  if (endpoint === undefined || p256dh === undefined || auth === undefined)
    throw new Error('The browser gave no address for push messages.');
  return { endpoint, keys: { p256dh, auth } };
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
