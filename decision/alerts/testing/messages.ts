import type { AlertItem, AlertMessage } from '../../../platform/contracts/alert-thread.ts';
import { alert, START_MS } from './alerts.ts';

type MessageThread = AlertMessage['threads'][number];

export function messageThread(
  id: string,
  items: readonly AlertItem[],
  change: Partial<MessageThread> = {},
): MessageThread {
  return {
    threadId: id,
    title: items[0]?.title ?? id,
    family: 'content',
    state: 'firing',
    severity: 'critical',
    startedAtMs: START_MS,
    endedAtMs: null,
    impact: null,
    number: 1,
    items: [...items],
    more: 0,
    ...change,
  };
}

export function message(threads: readonly MessageThread[], change: Partial<AlertMessage> = {}): AlertMessage {
  return {
    id: 'm1',
    tenant: 'main',
    subscriptionId: 's1',
    subscriptionName: 'All of it',
    userId: 'u1',
    kind: threads.length === 1 ? 'thread' : 'digest',
    isEscalation: false,
    severity: 'critical',
    createdAtMs: START_MS + 600_000,
    why: 'it takes all alerts from info up',
    timeZone: 'Europe/Berlin',
    currency: 'USD',
    tenantName: 'Main',
    threads: [...threads],
    moreThreads: 0,
    counts: {
      fired: 1,
      changed: 0,
      resolved: 0,
      ended: 0,
      still: 0,
      covered: 0,
      silenced: 0,
      dropped: 0,
      overflow: 0,
    },
    held: 0,
    ...change,
  };
}

/** As much text as anything may hold, with what the channels read as markup. */
export function longItems(count: number): AlertItem[] {
  return Array.from({ length: count }, (_each, i) => {
    const { item } = alert(`x${i}`, { title: `<b>&"${'t'.repeat(290)}` });
    return {
      ...item,
      body: '<script>'.repeat(250),
      why: Array.from({ length: 3 }, () => ({
        dimension: 'channel',
        value: 'v'.repeat(256),
        contribution: -1,
        share: 0.5,
      })),
    };
  });
}
