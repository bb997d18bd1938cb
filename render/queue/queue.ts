import { AckPolicy, nanos, type ConsumerMessages, type JsMsg } from 'nats';
import type { KvMirror } from '../../platform/access/kv-mirror.ts';
import type { Bus } from '../../platform/bus/bus.ts';
import { createJsonCodec, encodeJson } from '../../platform/bus/json.ts';
import { RenderRequest, type RenderJob } from '../../platform/contracts/render.ts';
import { liveSubject, rendersStream } from '../../platform/contracts/subjects.ts';
import { errorCodes } from '../../platform/errors/codes.ts';
import { asWeirError, WeirError } from '../../platform/errors/weir-error.ts';
import type { Clock } from '../../platform/time/clock.ts';
import type { Random } from '../../platform/time/random.ts';
import type { ArtefactStore } from '../artefacts/artefact-store.ts';
import type { RenderMetrics } from '../metrics.ts';
import type { Produce, RenderHistory } from '../ports.ts';
import {
  begin,
  cancel,
  fail,
  finish,
  isEnded,
  progress,
  queuedJob,
  tryAgainLater,
  type Fault,
} from './job-steps.ts';
import { pickNext, retryDelayMs } from './pick.ts';

export interface QueueDeps {
  readonly bus: Bus;
  readonly jobs: KvMirror<RenderJob>;
  readonly artefacts: ArtefactStore;
  readonly history: RenderHistory;
  readonly produce: Produce;
  readonly metrics: RenderMetrics;
  readonly clock: Clock;
  readonly random: Random;
}

export interface QueueConfig {
  readonly atOnce: number;
  readonly timeoutMs: number;
  readonly maxAttempts: number;
  readonly retentionMs: number;
  readonly ackWaitMs: number;
}

export interface RenderQueue {
  /** Throws RENDER_NOT_FOUND, RENDER_ENDED. */
  cancel(tenant: string, id: string): Promise<RenderJob>;
  stop(): Promise<void>;
}

/** Messages in hand at most; priority holds among them, the rest waits in the stream in its order. */
const IN_HAND = 200;
const TELL_EVERY_MS = 250;
const consumerName = 'render';
const codec = createJsonCodec(RenderRequest);

interface Held {
  readonly message: JsMsg;
  readonly request: RenderRequest;
  notBeforeMs: number;
  running: AbortController | undefined;
}

/**
 * Takes wishes from the work queue and has them made, at most `atOnce` at a time.
 *
 * Order of effects for one job, and what a kill in between leaves: (1) the record in KV says running and counts the try; (2) the files are
 * made; (3) they are stored under names that follow from the job; (4) the record says done and names them, by compare-and-set on
 * this very try; (5) history and live; (6) the message is acknowledged. Killed before 4, the message comes again after `ackWaitMs` and the
 * same names are written again: one set. Killed after 4, it comes again, the record has ended, and it is only acknowledged.
 */
export async function startQueue(deps: QueueDeps, config: QueueConfig): Promise<RenderQueue> {
  const { bus, jobs, artefacts, produce, metrics, clock } = deps;
  const log = bus.log.child({ module: 'render' });
  const held = new Map<string, Held>();
  const stopping = new AbortController();
  const ending = new Set<Promise<void>>();
  metrics.inHand(() => held.size);
  metrics.running(() => [...held.values()].filter((each) => each.running !== undefined).length);

  await bus
    .ask(async () =>
      bus.jsm.consumers.add(rendersStream, {
        durable_name: consumerName,
        ack_policy: AckPolicy.Explicit,
        ack_wait: nanos(config.ackWaitMs),
        max_ack_pending: IN_HAND,
        max_deliver: -1,
      }),
    )
    .catch(async () =>
      bus.jsm.consumers.update(rendersStream, consumerName, {
        ack_wait: nanos(config.ackWaitMs),
        max_ack_pending: IN_HAND,
      }),
    );

  const tell = (job: RenderJob): void => {
    const { params: _params, ...shown } = job;
    bus.publishCore(liveSubject(job.tenant, 'renders'), encodeJson(shown));
  };
  const change = async (
    key: string,
    step: (job: RenderJob) => RenderJob | undefined,
  ): Promise<RenderJob | undefined> => {
    let isChanged = false;
    const stored = await jobs.update(key, (current) => {
      const next = current === undefined ? undefined : step(current);
      isChanged = next !== undefined;
      return next;
    });
    if (stored !== undefined && isChanged) tell(stored);
    return isChanged ? stored : undefined;
  };

  const leave = async (key: string, job: RenderJob | undefined): Promise<void> => {
    const each = held.get(key);
    if (job !== undefined && isEnded(job)) {
      metrics.ended.inc({ kind: job.kind, state: job.state });
      await deps.history.note(historyOf(job)).catch((error: unknown) => {
        log.warn({ err: error, render: key }, 'the history of a render could not be written');
      });
    }
    held.delete(key);
    await each?.message.ackAck().catch(() => false);
  };

  const take = async (message: JsMsg): Promise<void> => {
    const decoded = codec.decode(message.data);
    if (!decoded.ok) {
      log.error(
        { fault: decoded.fault, seq: message.seq },
        'a wish for a render cannot be read and is dropped',
      );
      message.term();
      return;
    }
    const request = decoded.value;
    const key = keyOf(request);
    if (held.has(key)) {
      // Redelivered although it is in hand: the first delivery is what gets acknowledged.
      message.working();
      return;
    }
    held.set(key, { message, request, notBeforeMs: 0, running: undefined });
    try {
      const job = queuedJob(request);
      if (await jobs.create(key, job)) tell(job);
      else {
        const stored = jobs.get(key);
        if (stored !== undefined && isEnded(stored)) await leave(key, undefined);
      }
    } catch (error) {
      held.delete(key);
      log.warn({ err: error, render: key }, 'a wish could not be noted; it comes again');
      message.nak(1_000);
    }
  };

  const make = async (each: Held, signal: AbortSignal): Promise<RenderJob | undefined> => {
    const { request } = each;
    const key = keyOf(request);
    const job = await change(key, (current) => begin(current, clock.nowMs()));
    if (job === undefined) return undefined;
    const attempt = job.attempts;
    const beganMs = clock.monotonicMs();
    if (attempt > config.maxAttempts) {
      const error = {
        code: 'RENDER_FAILED',
        message: `Given up after ${config.maxAttempts} tries that did not end.`,
      };
      return await change(key, (current) => fail(current, error, clock.nowMs()));
    }
    let latest: { stage: string; percent: number } | undefined;
    let isTelling = false;
    const tellProgress = async (): Promise<void> => {
      if (isTelling) return;
      isTelling = true;
      while (latest !== undefined && !signal.aborted) {
        const { stage, percent } = latest;
        latest = undefined;
        await change(key, (current) => progress(current, attempt, stage, percent)).catch(() => undefined);
        await clock.sleep(TELL_EVERY_MS, signal).catch(() => undefined);
      }
      isTelling = false;
    };
    const timeout = new AbortController();
    const done = new AbortController();
    void clock
      .sleep(config.timeoutMs, done.signal)
      .then(() =>
        timeout.abort(
          new WeirError('RENDER_TIMEOUT', `It took more than ${config.timeoutMs / 1_000} seconds.`),
        ),
      )
      .catch(() => undefined);
    try {
      const made = await produce(request, {
        signal: AbortSignal.any([signal, timeout.signal]),
        progress: (stage, percent) => {
          latest = { stage, percent };
          void tellProgress();
        },
      });
      if (signal.aborted) return undefined;
      const expiresAtMs = clock.nowMs() + config.retentionMs;
      const kept = await artefacts.keep(request.tenant, request.id, made.files, expiresAtMs);
      const result = { ...made, artefacts: kept };
      const ended = await change(key, (current) => finish(current, attempt, result, clock.nowMs()));
      metrics.seconds.observe({ kind: request.kind }, (clock.monotonicMs() - beganMs) / 1_000);
      // Cancelled or taken over while the files were stored: nobody names them.
      if (ended === undefined && jobs.get(key)?.state === 'cancelled')
        for (const { object } of kept) await artefacts.drop(object);
      return ended;
    } catch (thrown) {
      if (signal.aborted) return undefined;
      const cause = timeout.signal.aborted ? asWeirError(timeout.signal.reason) : asWeirError(thrown);
      const error = faultOf(cause);
      log.warn({ err: cause, render: key, attempt }, 'a render failed');
      const isFinal = errorCodes[cause.code].retry === 'never' || attempt >= config.maxAttempts;
      if (isFinal) return await change(key, (current) => fail(current, error, clock.nowMs()));
      each.notBeforeMs = clock.nowMs() + retryDelayMs(attempt, deps.random.next());
      await change(key, (current) => tryAgainLater(current, attempt, error));
      return undefined;
    } finally {
      done.abort(new Error('ended'));
    }
  };

  const run = async (each: Held): Promise<void> => {
    const key = keyOf(each.request);
    const controller = new AbortController();
    each.running = controller;
    try {
      await make(each, controller.signal);
      if (stopping.signal.aborted) return;
      const stored = jobs.get(key);
      if (stored === undefined || isEnded(stored)) await leave(key, stored);
    } catch (error) {
      // NATS or the object store is away: the message stays in hand and the try is repeated.
      each.notBeforeMs = clock.nowMs() + retryDelayMs(1, 0);
      log.warn({ err: error, render: key }, 'a render could not be noted; it is tried again');
    } finally {
      each.running = undefined;
    }
  };

  const startDue = (): void => {
    if (stopping.signal.aborted) return;
    for (;;) {
      const all = [...held.values()];
      const running = all.filter((each) => each.running !== undefined).map((each) => each.request);
      const waiting = all.filter(
        (each) => each.running === undefined && jobs.get(keyOf(each.request)) !== undefined,
      );
      const next = pickNext(waiting, running, config.atOnce, clock.nowMs());
      if (next === undefined) return;
      const work = run(next).finally(() => {
        ending.delete(work);
        startDue();
      });
      ending.add(work);
    }
  };

  // A cancelled record, whoever wrote it, ends the work on it here.
  const listener = jobs.onChange((key, job) => {
    const each = held.get(key);
    if (each === undefined || (job !== undefined && job.state !== 'cancelled')) return;
    if (each.running !== undefined) each.running.abort(new Error('cancelled'));
    else void leave(key, job);
  });

  let messages: ConsumerMessages | undefined;
  const follow = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      try {
        await bus.whenConnected(stopping.signal);
        const consumer = await bus.js.consumers.get(rendersStream, consumerName);
        messages = await consumer.consume({ max_messages: 50 });
        for await (const message of messages) {
          await take(message);
          startDue();
        }
      } catch (error) {
        if (stopping.signal.aborted) return;
        log.warn({ err: error }, 'the queue of renders cannot be read; trying again');
        await clock.sleep(1_000, stopping.signal).catch(() => undefined);
      }
    }
  };
  const following = follow();
  const heartbeat = clock.every(Math.max(100, config.ackWaitMs / 3), () => {
    for (const { message } of held.values()) message.working();
  });
  const ticker = clock.every(200, startDue);

  return {
    cancel: async (tenant, id) => {
      const key = `${tenant}.${id}`;
      const cancelled = await change(key, (job) => cancel(job, clock.nowMs()));
      if (cancelled !== undefined) return cancelled;
      if (jobs.get(key) === undefined) throw new WeirError('RENDER_NOT_FOUND', `There is no render ${id}.`);
      throw new WeirError('RENDER_ENDED', `The render ${id} has ended.`);
    },
    stop: async () => {
      stopping.abort(new Error('stopping'));
      listener.stop();
      ticker.stop();
      heartbeat.stop();
      messages?.stop();
      for (const { running } of held.values()) running?.abort(new Error('stopping'));
      await Promise.allSettled(ending);
      await following;
      // Given back at once instead of after the wait for an acknowledgement; the try that was cut short is not counted as a failure.
      for (const [key, { message, request }] of held) {
        await jobs
          .update(key, (job) =>
            job?.state === 'running' && job.id === request.id
              ? {
                  ...job,
                  state: 'queued',
                  stage: 'waiting',
                  percent: 0,
                  attempts: Math.max(0, job.attempts - 1),
                }
              : undefined,
          )
          .catch(() => undefined);
        message.nak();
      }
    },
  };
}

function keyOf(request: Pick<RenderRequest, 'tenant' | 'id'>): string {
  return `${request.tenant}.${request.id}`;
}

function faultOf(error: WeirError): Fault {
  return { code: error.code, message: `${error.message} ${errorCodes[error.code].mend}`.slice(0, 1_000) };
}

function historyOf(job: RenderJob) {
  return {
    tenant: job.tenant,
    id: job.id,
    kind: job.kind,
    title: job.title,
    askedByType: job.askedBy.type,
    askedById: job.askedBy.id,
    state: job.state,
    errorCode: job.error?.code ?? '',
    createdAtMs: job.createdAtMs,
    startedAtMs: job.startedAtMs ?? job.createdAtMs,
    endedAtMs: job.endedAtMs ?? job.createdAtMs,
    attempts: job.attempts,
    costUsd: job.costUsd,
    artefacts: JSON.stringify(job.artefacts.map(({ name, sha256, bytes }) => ({ name, sha256, bytes }))),
  };
}
