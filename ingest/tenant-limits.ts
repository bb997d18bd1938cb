import type { Tenant } from '../platform/contracts/tenant.ts';
import { WeirError } from '../platform/errors/weir-error.ts';
import {
  fullBucket,
  rateLimitItem,
  rateLimitPolicy,
  take,
  type Quota,
  type TokenBucket,
} from './rate-limit.ts';

/** Rate limits of tenants, in memory of this process. One state a tenant; tenants are few and made by people. */
export interface TenantLimits {
  /** Takes one request. Throws INGEST_RATE_LIMITED with `retryAfterSeconds` in its details. */
  takeRequest(tenant: Tenant, nowMs: number): void;
  /** Takes `count` events; throws likewise. */
  takeEvents(tenant: Tenant, count: number, nowMs: number): void;
  /** The RateLimit and RateLimit-Policy fields of a reply. */
  headers(tenant: Tenant): Record<string, string>;
}

interface TenantBuckets {
  readonly events: TokenBucket;
  readonly requests: TokenBucket;
}

export function createTenantLimits(windowSeconds: number): TenantLimits {
  const buckets = new Map<string, TenantBuckets>();

  const eventQuota = ({ limits }: Tenant): Quota => ({ perSecond: limits.eventsPerSecond, windowSeconds });
  const requestQuota = ({ limits }: Tenant): Quota => ({
    perSecond: limits.requestsPerSecond,
    windowSeconds,
  });

  const bucketsOf = (tenant: Tenant, nowMs: number): TenantBuckets => {
    const known = buckets.get(tenant.id);
    if (known !== undefined) return known;
    const fresh = {
      events: fullBucket(eventQuota(tenant), nowMs),
      requests: fullBucket(requestQuota(tenant), nowMs),
    };
    buckets.set(tenant.id, fresh);
    return fresh;
  };

  const refuseWhenWaiting = (retryAfterSeconds: number, what: string): void => {
    if (retryAfterSeconds === 0) return;
    throw new WeirError('INGEST_RATE_LIMITED', `more ${what} than the limit of the tenant allows`, {
      details: { retryAfterSeconds },
    });
  };

  return {
    takeRequest: (tenant, nowMs) =>
      refuseWhenWaiting(
        take(bucketsOf(tenant, nowMs).requests, requestQuota(tenant), 1, nowMs),
        'requests a second',
      ),
    takeEvents: (tenant, count, nowMs) =>
      refuseWhenWaiting(
        take(bucketsOf(tenant, nowMs).events, eventQuota(tenant), count, nowMs),
        'events a second',
      ),
    headers: (tenant) => {
      const state = buckets.get(tenant.id);
      if (state === undefined) return {};
      const events = eventQuota(tenant);
      const requests = requestQuota(tenant);
      return {
        'ratelimit-policy': `${rateLimitPolicy('events', events)}, ${rateLimitPolicy('requests', requests)}`,
        ratelimit: `${rateLimitItem('events', state.events, events)}, ${rateLimitItem('requests', state.requests, requests)}`,
      };
    },
  };
}
