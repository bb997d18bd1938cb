/** What one tenant has left of one quota. */
export interface TokenBucket {
  tokens: number;
  atMs: number;
}

export interface Quota {
  readonly perSecond: number;
  /** The bucket holds this many seconds' worth. */
  readonly windowSeconds: number;
}

export function fullBucket(quota: Quota, nowMs: number): TokenBucket {
  return { tokens: quota.perSecond * quota.windowSeconds, atMs: nowMs };
}

/**
 * Refills the bucket to `nowMs` and takes `cost` from it. A request larger than what is left still passes while anything is
 * left and puts the bucket in debt: otherwise a batch above the whole quota could never be sent. Answers the seconds to wait
 * when nothing is left, 0 when it passed.
 */
export function take(bucket: TokenBucket, quota: Quota, cost: number, nowMs: number): number {
  const capacity = quota.perSecond * quota.windowSeconds;
  const elapsedMs = Math.max(0, nowMs - bucket.atMs);
  bucket.tokens = Math.min(capacity, bucket.tokens + (elapsedMs / 1_000) * quota.perSecond);
  bucket.atMs = nowMs;
  if (bucket.tokens < 1) return Math.max(1, Math.ceil((1 - bucket.tokens) / quota.perSecond));
  bucket.tokens -= cost;
  return 0;
}

/** `RateLimit` item of draft-ietf-httpapi-ratelimit-headers-11: what remains, and seconds until the bucket is full. */
export function rateLimitItem(name: string, bucket: TokenBucket, quota: Quota): string {
  const capacity = quota.perSecond * quota.windowSeconds;
  const seconds = Math.ceil((capacity - bucket.tokens) / quota.perSecond);
  return `"${name}";r=${Math.max(0, Math.floor(bucket.tokens))};t=${Math.max(0, seconds)}`;
}

/** `RateLimit-Policy` item: the quota of a window. */
export function rateLimitPolicy(name: string, quota: Quota): string {
  return `"${name}";q=${quota.perSecond * quota.windowSeconds};w=${quota.windowSeconds}`;
}
