import { createHmac } from 'node:crypto';

export interface WebhookMessage {
  /** The same over all retries. */
  readonly id: string;
  readonly timestampMs: number;
  readonly body: string;
}

/**
 * Headers of the Standard Webhooks specification 1.0: `v1,` and base64 of HMAC-SHA256 over `id.timestamp.body`, keyed by the base64-decoded part
 * after `whsec_`; one signature for each secret, so that a receiver may rotate.
 */
export function signWebhook(message: WebhookMessage, secrets: readonly string[]): Record<string, string> {
  const seconds = Math.floor(message.timestampMs / 1_000);
  const signatures = secrets.map((secret) => {
    const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
    const text = `${message.id}.${seconds}.${message.body}`;
    return `v1,${createHmac('sha256', key).update(text).digest('base64')}`;
  });
  return {
    'webhook-id': message.id,
    'webhook-timestamp': String(seconds),
    'webhook-signature': signatures.join(' '),
  };
}
