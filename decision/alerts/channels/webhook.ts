import type { AlertMessage } from '../../../platform/contracts/alert-thread.ts';
import { resultOfStatus, type SendResult } from './result.ts';
import { because, headline, itemLines, threadLinks, type Links } from './words.ts';

/** Standard Webhooks asks for less than 20 KB. */
const MAX_BYTES = 20_000;

/** Body of a webhook: `type`, `timestamp`, `data`. What is too much is left out from the end and counted in `more`. */
export function webhookBody(message: AlertMessage, links: Links): string {
  for (let items = 8; ; items -= 1) {
    const body = JSON.stringify({
      type: typeOf(message),
      timestamp: new Date(message.createdAtMs).toISOString(),
      data: {
        id: message.id,
        tenant: message.tenant,
        title: headline(message),
        severity: message.severity,
        subscription: message.subscriptionName,
        reason: because(message),
        isEscalation: message.isEscalation,
        currency: message.currency,
        threads: message.threads.slice(0, Math.max(1, items + 2)).map((thread) => ({
          id: thread.threadId,
          title: thread.title,
          family: thread.family,
          state: thread.state,
          severity: thread.severity,
          startedAt: new Date(thread.startedAtMs).toISOString(),
          endedAt: thread.endedAtMs === null ? null : new Date(thread.endedAtMs).toISOString(),
          impact: thread.impact,
          links: threadLinks(links, message, thread),
          alerts: thread.items.slice(0, items).map((item) => ({
            id: item.id,
            kind: item.kind,
            kpi: item.kpi,
            unit: item.unit,
            title: item.title,
            dims: item.dims,
            severity: item.severity,
            state: item.state,
            observed: item.observed,
            expected: item.expected,
            lower: item.lower,
            upper: item.upper,
            score: item.score,
            contributions: item.why,
            says: itemLines(message, item),
            link: item.link,
          })),
          more: thread.more + Math.max(0, thread.items.length - items),
        })),
        moreThreads: message.moreThreads + Math.max(0, message.threads.length - Math.max(1, items + 2)),
        counts: message.counts,
        held: message.held,
      },
    });
    if (items === 0 || Buffer.byteLength(body) < MAX_BYTES) return body;
  }
}

/** Every answer but 2xx fails; 410 switches the endpoint off; a redirect is not followed and may be mended, so it is tried again. */
export function webhookResult(status: number, retryAfterMs: number | undefined): SendResult {
  if (status === 410 || (status >= 200 && status < 300)) return resultOfStatus(status, retryAfterMs);
  return {
    kind: 'retry',
    code: `HTTP_${status}`,
    note: `answered ${status}`,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
  };
}

function typeOf(message: AlertMessage): string {
  if (message.kind !== 'thread') return `alert.${message.kind}`;
  return message.threads[0]?.state === 'resolved' ? 'alert.resolved' : 'alert.fired';
}
