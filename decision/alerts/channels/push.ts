import type { AlertMessage } from '../../../platform/contracts/alert-thread.ts';
import { resultOfStatus, type SendResult } from './result.ts';
import { headline, threadLines, threadLinks, type Links } from './words.ts';

/** What the service worker of the dashboards shows. Push services take about 4 KB. */
export function pushPayload(message: AlertMessage, links: Links): string {
  const [first] = message.threads;
  const lines = first === undefined ? [] : threadLines(message, first).lines;
  return JSON.stringify({
    title: headline(message).slice(0, 200),
    body: lines.join('\n').slice(0, 600),
    url:
      first === undefined
        ? `${links.baseUrl}/alerts?tenant=${message.tenant}`
        : threadLinks(links, message, first).open,
    // A newer notice of the same thread replaces the older one.
    tag: first?.threadId ?? message.id,
  });
}

/** 404 and 410 say that the browser has given the subscription up (RFC 8030). */
export function pushResult(status: number, retryAfterMs: number | undefined): SendResult {
  if (status === 404 || status === 410)
    return { kind: 'refused', code: `HTTP_${status}`, note: 'the browser gave it up', isContactDead: true };
  return resultOfStatus(status, retryAfterMs);
}
