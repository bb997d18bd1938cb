import { systemClock } from '../../platform/time/clock.ts';
import type { Random } from '../../platform/time/random.ts';
import { keyOf, type SentEvent } from './events.ts';

/** What all clients together were told. */
export interface Ledger {
  /** Events of every acknowledged request, by identity: Weir has promised to store each once. */
  readonly acknowledged: Map<string, SentEvent>;
  requests: number;
  retries: number;
  repeats: number;
  /** Answers by status, 0 = none came. */
  readonly statuses: Map<number, number>;
  readonly rejected: string[];
}

export function createLedger(): Ledger {
  return { acknowledged: new Map(), requests: 0, retries: 0, repeats: 0, statuses: new Map(), rejected: [] };
}

export interface ClientOptions {
  readonly url: string;
  readonly key: string;
  readonly random: Random;
  readonly ledger: Ledger;
  /** Pause between requests, drawn up to this. */
  readonly maxPauseMs: number;
  readonly maxEvents: number;
  next(nowMs: number): SentEvent;
}

const answerTimeoutMs = 8_000;

/**
 * A well-behaved sender: it repeats a request with the same ids until it is acknowledged, waits as Retry-After says or longer each
 * time, and now and then sends again what was acknowledged already. Runs until `signal` aborts and everything it began is acknowledged.
 */
export async function runClient(options: ClientOptions, signal: AbortSignal): Promise<void> {
  const { random, ledger } = options;
  let previous: readonly SentEvent[] = [];
  while (!signal.aborted) {
    const isRepeat = previous.length > 0 && random.next() < 0.1;
    const nowMs = systemClock.nowMs();
    const fresh = Array.from({ length: 1 + random.int(options.maxEvents) }, () => options.next(nowMs));
    // A repeat brings old events among new ones, as a sender does that lost its place.
    const events = isRepeat ? [...previous.slice(random.int(previous.length)), ...fresh] : fresh;
    if (isRepeat) ledger.repeats++;
    await sendUntilAcknowledged(options, events);
    previous = fresh;
    await systemClock.sleep(random.int(options.maxPauseMs));
  }
}

export async function sendUntilAcknowledged(
  { url, key, ledger }: Pick<ClientOptions, 'url' | 'key' | 'ledger'>,
  events: readonly SentEvent[],
): Promise<void> {
  const body = JSON.stringify(events);
  for (let attempt = 0; ; attempt++) {
    ledger.requests++;
    if (attempt > 0) ledger.retries++;
    const { status, retryAfterMs, rejected } = await post(url, key, body);
    ledger.statuses.set(status, (ledger.statuses.get(status) ?? 0) + 1);
    if (status === 202) {
      ledger.rejected.push(...rejected);
      for (const event of events) ledger.acknowledged.set(keyOf(event), event);
      return;
    }
    if (status >= 400 && status < 500 && status !== 429 && status !== 408)
      throw new Error(`the request was refused with ${status}: ${rejected.join(', ')}`);
    await systemClock.sleep(retryAfterMs ?? Math.min(1_000, 50 * 2 ** Math.min(attempt, 5)));
  }
}

async function post(
  url: string,
  key: string,
  body: string,
): Promise<{ status: number; retryAfterMs: number | undefined; rejected: string[] }> {
  try {
    const response = await fetch(`${url}/v1/events`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body,
      signal: AbortSignal.timeout(answerTimeoutMs),
    });
    const text = await response.text();
    const retryAfter = response.headers.get('retry-after');
    return {
      status: response.status,
      retryAfterMs: retryAfter === null ? undefined : Number(retryAfter) * 1_000,
      rejected: response.status === 202 ? rejectedOf(text) : [text],
    };
  } catch {
    return { status: 0, retryAfterMs: undefined, rejected: [] };
  }
}

function rejectedOf(text: string): string[] {
  const reply: unknown = JSON.parse(text);
  if (typeof reply !== 'object' || reply === null || !('rejected' in reply) || !Array.isArray(reply.rejected))
    throw new Error(`not the answer of POST /v1/events: ${text}`);
  return reply.rejected.map((item: unknown) => JSON.stringify(item));
}
