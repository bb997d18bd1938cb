import type { Kv } from '../../platform/bus/kv.ts';
import { isWeirError, messageOf, WeirError } from '../../platform/errors/weir-error.ts';
import type { Log } from '../../platform/log/log.ts';
import type { Clock } from '../../platform/time/clock.ts';
import type { Random } from '../../platform/time/random.ts';
import type { GuardedFetch, SourceAnswer } from './adapters/guarded-fetch.ts';
import type { Door } from '../import/adapters/http-door.ts';
import { parseRetryAfter } from '../import/backoff.ts';
import type { SourceMetrics } from './metrics.ts';
import { delayUntilNextMs } from './poll-plan.ts';
import type { Source } from './source-list.ts';
import { emptyState, MAX_EVENTS, type Refusal, type SourceState } from './source.ts';

export interface RunDeps {
  readonly tenant: string;
  readonly fetch: GuardedFetch;
  readonly door: Pick<Door, 'postEvents'>;
  readonly kv: Pick<Kv<SourceState>, 'get' | 'put'>;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly metrics: SourceMetrics;
  readonly signal: AbortSignal;
}

/** Pages of one poll: a list that names a next page for ever ends here. */
const MAX_PAGES = 4;
const REST_AFTER_FAULT_MS = 10_000;

/** Asks one source again and again until the signal ends it. No fault ends it: it is told once when it begins and once when it is over. */
export async function runSource(deps: RunDeps, source: Source): Promise<void> {
  const { clock, log, signal, tenant, metrics } = deps;
  let wasFailing = false;
  while (!signal.aborted) {
    try {
      const state = await pollWhenDue(deps, source);
      metrics.show(source.name, state);
      if (state.failures > 0 && !wasFailing)
        log.warn({ source: source.name, tenant, problem: state.problem }, 'source fails, it is asked again');
      if (state.failures === 0 && wasFailing)
        log.info({ source: source.name, tenant }, 'source answers again');
      wasFailing = state.failures > 0;
    } catch (error) {
      if (signal.aborted) return;
      // The door or the bus, not the source: what was promised is sent again.
      log.warn({ err: error, source: source.name }, 'source waits for Weir itself');
      await clock.sleep(REST_AFTER_FAULT_MS, signal).catch(() => undefined);
    }
  }
}

async function pollWhenDue(deps: RunDeps, source: Source): Promise<SourceState> {
  const { clock, kv, signal, tenant } = deps;
  const held = (await kv.get(`${tenant}.${source.name}`))?.value;
  const first = emptyState(tenant, source.kind, source.host);
  const state =
    held?.kind === source.kind && held.host === source.host ? await settle(deps, source, held) : first;
  const waitMs = Math.min(state.nextMs - clock.nowMs(), 24 * 3_600_000);
  if (waitMs > 0) await clock.sleep(waitMs, signal);
  return await pollOnce(deps, source, state);
}

/**
 * One poll. Order: ask; write down the events and the new position as pending; send them; strike them out. Killed before the first write the poll
 * never was; killed after it the same events go out again under the same ids and count once.
 */
async function pollOnce(deps: RunDeps, source: Source, before: SourceState): Promise<SourceState> {
  const { clock, random } = deps;
  let state = before;
  let page: string | undefined;
  try {
    for (let pages = 0; pages < MAX_PAGES; pages++) {
      const { adapter } = source;
      const answer = await deps.fetch(adapter.request(state, page), deps.signal);
      if (answer.status === 304) break;
      const refusal = refusalOf(source, answer, clock.nowMs());
      if (refusal !== undefined) throw new Refused(refusal);
      const reading = adapter.read(answer.text, state, clock.nowMs());
      // What did not fit is still to come: then the next poll has to be answered in full.
      const isCut = reading.events.length >= MAX_EVENTS;
      const { etag, lastModified } = isCut ? { etag: '', lastModified: '' } : answer;
      state = await settle(deps, source, {
        ...reading.state,
        ...(pages === 0 ? { etag, lastModified } : {}),
        pending: [...reading.events],
      });
      page = reading.nextPage;
      if (page === undefined) break;
    }
  } catch (error) {
    if (!isOfTheSource(error)) throw error;
    const failures = before.failures + 1;
    const { waitMs } = error instanceof Refused ? error.refusal : {};
    return await keep(deps, source, {
      ...state,
      failures,
      lastTryMs: clock.nowMs(),
      nextMs: clock.nowMs() + delayUntilNextMs(source.intervalMs, failures, waitMs, random),
      problem: `${error.code}: ${messageOf(error)}`.slice(0, 500),
    });
  }
  const nowMs = clock.nowMs();
  return await keep(deps, source, {
    ...state,
    failures: 0,
    lastTryMs: nowMs,
    lastOkMs: nowMs,
    nextMs: nowMs + delayUntilNextMs(source.intervalMs, 0, undefined, random),
    problem: '',
  });
}

/** Sends what is pending and strikes it out. */
async function settle(deps: RunDeps, source: Source, state: SourceState): Promise<SourceState> {
  if (state.pending.length === 0) return state;
  await keep(deps, source, state);
  const { rejected } = await deps.door.postEvents(state.pending.map((event) => ({ ...event })));
  const [first] = rejected;
  if (first !== undefined)
    deps.log.warn(
      { source: source.name, rejected: rejected.length, code: first.code, reason: first.message },
      'events of a source were refused',
    );
  deps.metrics.told(source.name, state.pending.length - rejected.length);
  return await keep(deps, source, {
    ...state,
    pending: [],
    events: state.events + state.pending.length - rejected.length,
  });
}

async function keep({ kv, tenant }: RunDeps, { name }: Source, state: SourceState): Promise<SourceState> {
  await kv.put(`${tenant}.${name}`, state);
  return state;
}

class Refused extends WeirError {
  readonly refusal: Refusal;
  constructor(refusal: Refusal) {
    super(refusal.code, refusal.message);
    this.refusal = refusal;
  }
}

function refusalOf({ adapter }: Source, answer: SourceAnswer, nowMs: number): Refusal | undefined {
  const { status, text, retryAfter } = answer;
  if (status === 200) return undefined;
  const waitMs = parseRetryAfter(retryAfter, nowMs);
  const explained = adapter.explain?.(status, text, nowMs);
  if (explained !== undefined) return waitMs === undefined ? explained : { waitMs, ...explained };
  const asked = waitMs === undefined ? {} : { waitMs };
  if (status >= 300 && status < 400)
    return {
      code: 'SOURCE_REFUSED',
      message: `It has moved (status ${status}); set its new address.`,
      ...asked,
    };
  if (status === 429) return { code: 'SOURCE_REFUSED', message: 'It is asked too often (429).', ...asked };
  return {
    code: status >= 500 ? 'SOURCE_UNREACHABLE' : 'SOURCE_REFUSED',
    message: `It answered ${status}.`,
    ...asked,
  };
}

const sourceCodes = /^SOURCE_/;
function isOfTheSource(error: unknown): error is WeirError {
  return isWeirError(error) && sourceCodes.test(error.code);
}
