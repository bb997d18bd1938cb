import type { WebhookEndpoint } from '../../platform/contracts/outbox.ts';
import { retryAfterMs, type HttpSender } from '../../platform/http-out/sender.ts';
import { signWebhook } from '../../platform/http-out/webhook-signature.ts';
import type { SealedMirror } from '../../platform/secrets/sealed-mirror.ts';
import type { Clock } from '../../platform/time/clock.ts';
import { keyIn } from '../records.ts';
import { refused, type Execution, type Executor } from './executor.ts';

export interface WebhookDeps {
  readonly webhooks: SealedMirror<WebhookEndpoint>;
  readonly sender: HttpSender;
  readonly clock: Clock;
}

const maxBodyBytes = 20_000;

/**
 * Posts a signed message (Standard Webhooks). The id is the item's over all tries, by which a receiver knows a repeat: a crash after
 * the answer and before its note sends it once more. 2xx is delivered, 410 switches the endpoint off, everything else (3xx too) is tried again.
 * What the receiver answers is never shown.
 */
export function createWebhookExecutor({ webhooks, sender, clock }: WebhookDeps): Executor {
  return {
    kind: 'webhook',
    execute: async (execution) => {
      const { item, params } = execution;
      const key = keyIn(item.tenant, String(params['endpoint']));
      const endpoint = webhooks.get(key);
      if (endpoint === undefined)
        return refused(webhooks.faultOf(key) ?? `there is no endpoint ${String(params['endpoint'])}`);
      if (!endpoint.isEnabled) return refused(`the endpoint is off: ${endpoint.disabledReason}`);
      const body = bodyOf(execution);
      if (Buffer.byteLength(body) > maxBodyBytes) return refused('the message is above 20 kB');
      const nowMs = clock.nowMs();
      const answer = await sender.send({
        method: 'POST',
        url: endpoint.url,
        headers: {
          'content-type': 'application/json',
          ...signWebhook({ id: `${item.tenant}.${item.id}`, timestampMs: nowMs, body }, endpoint.secrets),
        },
        body,
      });
      const { status } = answer;
      if (status >= 200 && status < 300) return { ok: true, note: 'delivered', status };
      if (status === 410) {
        await webhooks.update(
          key,
          (current) => current && { ...current, isEnabled: false, disabledReason: 'it answered 410 Gone' },
        );
        return { ok: false, note: 'the endpoint is gone and was switched off', status, isFinal: true };
      }
      const wishMs = retryAfterMs(answer.headers, nowMs);
      return {
        ok: false,
        note: `answered ${status}`,
        status,
        isFinal: false,
        ...(wishMs === undefined ? {} : { retryAfterMs: wishMs }),
      };
    },
  };
}

/** The same bytes on every try: nothing in it depends on when it is sent. */
function bodyOf({ item, params, decision }: Execution): string {
  const { endpoint: _, event, ...data } = params;
  return JSON.stringify({
    type: String(event),
    timestamp: new Date(item.createdAtMs).toISOString(),
    data: {
      ...data,
      tenant: item.tenant,
      cause: item.cause,
      ...(decision === undefined
        ? {}
        : {
            decision: {
              id: decision.id,
              title: decision.title,
              policy: decision.policy,
              trigger: decision.trigger,
              dims: decision.dims,
              facts: decision.facts.slice(0, 30),
              money: decision.money,
              currency: decision.currency,
            },
          }),
    },
  });
}
