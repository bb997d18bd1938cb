import { createHash } from 'node:crypto';
import type { KvMirror } from '../../platform/access/kv-mirror.ts';
import type {
  AlertNoticeList,
  AlertReads,
  NoticesReadRequest,
} from '../../platform/contracts/alert-thread.ts';
import type { Store } from '../../platform/store/store.ts';
import { readDeliveries } from './alert-history.ts';

export interface NoticeDeps {
  readonly store: Store;
  readonly reads: KvMirror<AlertReads>;
}

interface Person {
  readonly tenant: string;
  readonly userId: string;
}

/** Read ones that are remembered one by one; older ones are covered by the time up to which all are read. */
const maxIds = 500;

const keyOf = ({ tenant, userId }: Person): string =>
  `${tenant}.${createHash('sha256').update(userId).digest('hex').slice(0, 32)}`;

/** What reached a person's inbox of this app, newest first, with what this person has read; nobody else's reading counts. */
export async function readNotices(
  { reads, store }: NoticeDeps,
  { tenant, userId }: Person,
  limit: number,
): Promise<AlertNoticeList> {
  const rows = await readDeliveries(store, { tenant, userId, channel: 'inapp', limit });
  const known = reads.get(keyOf({ tenant, userId }));
  const ids = new Set(known?.ids);
  const notices = rows
    .filter(({ kind }) => kind !== 'test')
    .map(({ createdAtMs, id, severity, subscriptionName, threadIds, title }) => ({
      id,
      title,
      severity,
      threadIds,
      subscriptionName,
      createdAtMs,
      isRead: createdAtMs <= (known?.untilMs ?? 0) || ids.has(id),
    }));
  return { notices, unread: notices.filter(({ isRead }) => !isRead).length };
}

/** Reading only ever adds: two pages that mark different notices both keep theirs. */
export async function markRead(
  reads: KvMirror<AlertReads>,
  { tenant, userId }: Person,
  { ids = [], untilMs = 0 }: NoticesReadRequest,
): Promise<void> {
  await reads.update(keyOf({ tenant, userId }), (current) => ({
    tenant,
    userId,
    untilMs: Math.max(current?.untilMs ?? 0, untilMs),
    ids: [...new Set([...(current?.ids ?? []), ...ids])].slice(-maxIds),
  }));
}
