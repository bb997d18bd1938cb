import { Type } from '@sinclair/typebox';
import { Value } from '@sinclair/typebox/value';
import type { AccessDirectory } from '../../platform/access/access.ts';
import type { KvMirror } from '../../platform/access/kv-mirror.ts';
import { ReplayRequest, type Job } from '../../platform/contracts/api.ts';
import { asWeirError, toProblem, WeirError } from '../../platform/errors/weir-error.ts';
import type { Log } from '../../platform/log/log.ts';
import type { SqlParams, Store } from '../../platform/store/store.ts';
import type { Clock } from '../../platform/time/clock.ts';
import { doorRequest, replayItem, type DoorRequest, type Letter } from './replay-request.ts';

/** The door events come in by, as any client meets it. */
export interface Door {
  /** Whether it takes requests yet. */
  isOpen(): boolean;
  /** HTTP status, and how long to wait before a repeat when it asks for one. */
  post(
    request: DoorRequest,
    key: string,
  ): Promise<{ readonly status: number; readonly retryAfterMs: number }>;
}

export interface ReplayDeps {
  readonly jobs: KvMirror<Job>;
  readonly store: Store;
  readonly access: AccessDirectory;
  readonly door: Door;
  readonly clock: Clock;
  readonly log: Log;
}

const LetterRow = Type.Object({
  seq: Type.Number(),
  dialect: Type.String(),
  received_ms: Type.Number(),
  item: Type.String(),
});
const ExtentRow = Type.Object({ highest: Type.Number(), letters: Type.Number() });
/** Where a job is; kept in its params so that it goes on after a restart. */
const Progress = Type.Object({
  upToSeq: Type.Number(),
  afterSeq: Type.Number(),
  letters: Type.Number(),
  done: Type.Number(),
  left: Type.Number(),
});

const pageLetters = 200;
const keyLifeMs = 3_600_000;
const busyPauseMs = 2_000;

/**
 * Works off jobs of kind `deadletter-replay`, one at a time: sends refused items through the door again and then deletes their
 * letters. What is refused once more comes back as a new letter, above the sequence the job ends at, so a job always ends and no
 * refusal is lost. A crash between door and deletion repeats a page; identities make that count once.
 */
export function startReplayWorker(deps: ReplayDeps): { stop(): Promise<void> } {
  const { jobs, store, access, door, clock } = deps;
  const log = deps.log.child({ part: 'replay' });
  const stopping = new AbortController();
  let wake: () => void = () => {};

  const update = async (job: Job, change: Partial<Job>): Promise<void> => {
    await jobs.update(
      keyOf(job),
      (current) => current && { ...current, ...change, updatedAtMs: clock.nowMs() },
    );
  };

  const run = async (job: Job): Promise<void> => {
    const { tenant } = job;
    const asked = Value.Check(ReplayRequest, onlyRequest(job.params)) ? onlyRequest(job.params) : {};
    const filter = letterFilter(tenant, asked);
    let progress = Value.Check(Progress, job.params) ? job.params : await begin(filter);
    const wish = {
      name: 'Replay of refused events',
      scopes: ['ingest:write'],
      expiresAtMs: clock.nowMs() + keyLifeMs,
    } as const;
    const { record, secret } = await access.createKey(tenant, wish);
    try {
      for (;;) {
        const page = await readPage(filter, progress);
        const last = page.at(-1);
        if (last === undefined) break;
        const sent = await sendPage(page, secret);
        progress = {
          ...progress,
          afterSeq: last.seq,
          done: progress.done + page.length,
          left: progress.left + page.length - sent.length,
        };
        await forget(tenant, sent);
        await update(job, {
          state: 'running',
          stage: `${progress.done} of ${progress.letters}`,
          percent: Math.min(99, Math.floor((100 * progress.done) / Math.max(1, progress.letters))),
          params: { ...asked, ...progress },
        });
        stopping.signal.throwIfAborted();
      }
      const left = progress.left === 0 ? '' : `, ${progress.left} cannot be sent again and stay`;
      await update(job, {
        state: 'done',
        percent: 100,
        stage: `${progress.done - progress.left} sent again${left}`,
      });
    } finally {
      await access.revokeKey(tenant, record.id).catch(() => undefined);
    }
  };

  const begin = async (filter: LetterFilter): Promise<typeof Progress.static> => {
    const rows = await store.query(
      `SELECT max(seq) AS highest, uniqExact(seq) AS letters FROM dead_letters WHERE ${filter.where}`,
      filter.params,
      ExtentRow,
    );
    return { upToSeq: rows[0]?.highest ?? 0, afterSeq: 0, letters: rows[0]?.letters ?? 0, done: 0, left: 0 };
  };

  const readPage = async (filter: LetterFilter, progress: typeof Progress.static): Promise<Letter[]> => {
    const rows = await store.query(
      `SELECT seq, dialect, toUnixTimestamp64Milli(received_at) AS received_ms, item FROM dead_letters FINAL
WHERE ${filter.where} AND seq > {after:UInt64} AND seq <= {upTo:UInt64} ORDER BY seq LIMIT ${pageLetters}`,
      { ...filter.params, after: progress.afterSeq, upTo: progress.upToSeq },
      LetterRow,
    );
    return rows.map(({ received_ms, ...row }) => ({ ...row, receivedAtMs: received_ms }));
  };

  /** Sequences of the letters whose items went through the door, accepted or refused anew. */
  const sendPage = async (page: readonly Letter[], key: string): Promise<number[]> => {
    const sent: number[] = [];
    for (const [dialect, letters] of Map.groupBy(page, (letter) => letter.dialect)) {
      const items = letters.flatMap((letter) => {
        const item = replayItem(letter);
        return item === undefined ? [] : [{ seq: letter.seq, item }];
      });
      if (items.length === 0) continue;
      await pass(
        doorRequest(
          dialect,
          items.map(({ item }) => item),
          key,
        ),
        key,
      );
      sent.push(...items.map(({ seq }) => seq));
    }
    return sent;
  };

  const pass = async (request: DoorRequest, key: string): Promise<void> => {
    for (;;) {
      const { retryAfterMs, status } = await door.post(request, key);
      if (status < 300) return;
      if (status !== 429 && status < 500) {
        throw new WeirError('PLATFORM_INTERNAL', `the door answered ${status} to refused items sent again`);
      }
      await clock.sleep(Math.max(retryAfterMs, busyPauseMs), stopping.signal);
    }
  };

  const forget = async (tenant: string, seqs: readonly number[]): Promise<void> => {
    if (seqs.length === 0) return;
    await store.command(
      'DELETE FROM dead_letters WHERE tenant = {tenant:String} AND seq IN {seqs:Array(UInt64)}',
      {
        tenant,
        seqs: [...seqs],
      },
    );
  };

  const loop = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      const next = jobs
        .values()
        .filter(
          (job) => job.kind === 'deadletter-replay' && (job.state === 'queued' || job.state === 'running'),
        )
        .toSorted((a, b) => a.createdAtMs - b.createdAtMs)[0];
      if (next === undefined) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
        continue;
      }
      try {
        while (!door.isOpen()) await clock.sleep(busyPauseMs, stopping.signal);
        await run(next);
      } catch (error) {
        if (stopping.signal.aborted) return;
        const { code, retry } = asWeirError(error);
        log.warn({ err: error, job: next.id, tenant: next.tenant }, 'a replay stopped');
        if (retry === 'backoff' && code !== 'PLATFORM_INTERNAL')
          await clock.sleep(busyPauseMs, stopping.signal).catch(() => undefined);
        else
          await update(next, { state: 'failed', stage: 'stopped', error: toProblem(error, '').detail }).catch(
            () => undefined,
          );
      }
    }
  };

  const listener = jobs.onChange(() => wake());
  const looping = loop();
  return {
    stop: async () => {
      listener.stop();
      stopping.abort(new Error('stopping'));
      wake();
      await looping;
    },
  };
}

interface LetterFilter {
  readonly where: string;
  readonly params: SqlParams;
}

function letterFilter(tenant: string, asked: typeof ReplayRequest.static): LetterFilter {
  const { code, seqs } = asked;
  const conditions = ['tenant = {tenant:String}'];
  if (code !== undefined) conditions.push('code = {code:String}');
  if (seqs !== undefined) conditions.push('seq IN {seqs:Array(UInt64)}');
  return {
    where: conditions.join(' AND '),
    params: { tenant, ...(code === undefined ? {} : { code }), ...(seqs === undefined ? {} : { seqs }) },
  };
}

/** The part of a job's params that the client asked for. */
function onlyRequest(params: Job['params']): Record<string, unknown> {
  return Object.fromEntries(Object.entries(params).filter(([name]) => name === 'seqs' || name === 'code'));
}

function keyOf(job: Job): string {
  return `${job.tenant}.${job.id}`;
}
