import { cutKey } from './alert.ts';
import { emptyTenant, type KeptAlert, type TenantAlerts, type TenantImage } from './state.ts';

/** Everything a restart needs; `tenantOfImage(imageOfTenant(s))` goes on exactly as `s` would. */
export function imageOfTenant(state: TenantAlerts): TenantImage {
  return {
    tenant: state.tenant,
    alerts: [...state.alerts.values()],
    threads: [...state.threads.values()],
    subscribers: [...state.subscribers.values()].map(({ capHeld, follows, ...subscriber }) => ({
      ...subscriber,
      capHeld: [...capHeld],
      follows: [...follows.values()].map((follow) => ({ ...follow, held: [...follow.held] })),
    })),
    seen: [...state.seen],
    dirty: [...state.dirty],
  };
}

export function tenantOfImage(image: TenantImage): TenantAlerts {
  const state = emptyTenant(image.tenant);
  for (const alert of image.alerts) {
    state.alerts.set(alert.item.id, alert);
    indexFiring(state, alert);
  }
  for (const thread of image.threads) {
    state.threads.set(thread.id, thread);
    if (thread.endedAtMs === null) state.open.set(thread.groupKey, thread.id);
  }
  for (const { capHeld, follows, ...subscriber } of image.subscribers) {
    state.subscribers.set(subscriber.id, {
      ...subscriber,
      capHeld: new Set(capHeld),
      follows: new Map(follows.map((follow) => [follow.threadId, { ...follow, held: new Map(follow.held) }])),
    });
  }
  for (const [id, revision] of image.seen) state.seen.set(id, revision);
  for (const id of image.dirty) state.dirty.add(id);
  return state;
}

/** Keeps `firingCuts` and `firingFeeds` true for an alert whose state may have changed. */
export function indexFiring(state: TenantAlerts, alert: KeptAlert): void {
  const { id, kpi, dims } = alert.item;
  const isFiring = alert.item.state === 'firing';
  if (alert.family === 'feed') {
    if (isFiring) state.firingFeeds.add(id);
    else state.firingFeeds.delete(id);
    return;
  }
  const cut = `${kpi}|${cutKey(dims)}`;
  const known = state.firingCuts.get(cut);
  if (isFiring) {
    if (known === undefined) state.firingCuts.set(cut, new Set([id]));
    else known.add(id);
  } else if (known !== undefined) {
    known.delete(id);
    if (known.size === 0) state.firingCuts.delete(cut);
  }
}
