import type { AlertMessage } from '../../../platform/contracts/alert-thread.ts';
import { resultOfStatus, type SendResult } from './result.ts';
import { because, itemLines, threadLinks, type Links } from './words.ts';

/** An event of PagerDuty's Events API v2. */
export interface PagerDutyEvent {
  readonly routing_key: string;
  readonly event_action: 'trigger' | 'acknowledge' | 'resolve';
  readonly dedup_key: string;
  readonly client?: string;
  readonly client_url?: string;
  readonly links?: readonly { readonly href: string; readonly text: string }[];
  readonly payload?: {
    readonly summary: string;
    readonly source: string;
    readonly severity: 'critical' | 'error' | 'warning' | 'info';
    readonly timestamp: string;
    readonly component: string;
    readonly group: string;
    readonly class: string;
    readonly custom_details: Readonly<Record<string, unknown>>;
  };
}

const MAX_SUMMARY_CHARS = 1_024;

/**
 * One event for each thread of the message. The key names the thread, so that a repeat changes nothing, acknowledging and resolving find the
 * incident, and a thread that begins anew is an incident of its own.
 */
export function pagerDutyEvents(message: AlertMessage, routingKey: string, links: Links): PagerDutyEvent[] {
  if (message.kind === 'test') {
    return [
      {
        routing_key: routingKey,
        event_action: 'trigger',
        dedup_key: `weir/${message.tenant}/test/${message.id}`,
        payload: {
          summary: `Test message from Weir (${message.tenantName})`,
          source: 'weir',
          severity: 'info',
          timestamp: new Date(message.createdAtMs).toISOString(),
          component: message.tenantName,
          group: 'test',
          class: 'test',
          custom_details: {},
        },
      },
      {
        routing_key: routingKey,
        event_action: 'resolve',
        dedup_key: `weir/${message.tenant}/test/${message.id}`,
      },
    ];
  }
  return message.threads.map((thread) => {
    const to = threadLinks(links, message, thread);
    const common = { routing_key: routingKey, dedup_key: `weir/${message.tenant}/${thread.threadId}` };
    if (thread.state === 'resolved') return { ...common, event_action: 'resolve' };
    if (message.kind === 'acknowledged') return { ...common, event_action: 'acknowledge' };
    return {
      ...common,
      event_action: 'trigger',
      client: 'Weir',
      client_url: to.open,
      links: [
        { href: to.acknowledge, text: 'Acknowledge' },
        { href: to.snooze, text: 'Snooze' },
        ...(to.chart === undefined ? [] : [{ href: to.chart, text: 'Chart' }]),
      ],
      payload: {
        summary: thread.title.slice(0, MAX_SUMMARY_CHARS),
        source: `weir/${message.tenant}`,
        severity: thread.severity,
        timestamp: new Date(thread.startedAtMs).toISOString(),
        component: message.tenantName,
        group: thread.family,
        class: thread.items[0]?.kind ?? 'alert',
        custom_details: {
          why: because(message),
          impact: thread.impact,
          currency: message.currency,
          alerts: thread.items
            .slice(0, 5)
            .map((item) => ({ title: item.title, says: itemLines(message, item) })),
          more: thread.more + message.moreThreads,
          counts: message.counts,
        },
      },
    };
  });
}

/** 202 is taken; 400 never will be; 429 and 5xx may be in some minutes. */
export function pagerDutyResult(status: number, retryAfterMs: number | undefined): SendResult {
  if (status === 202) return { kind: 'sent', note: 'accepted' };
  const result = resultOfStatus(status, retryAfterMs);
  return result.kind === 'sent'
    ? { kind: 'refused', code: `HTTP_${status}`, note: `answered ${status}` }
    : result;
}
