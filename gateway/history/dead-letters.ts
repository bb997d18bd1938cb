import { createHash } from 'node:crypto';
import { Type } from '@sinclair/typebox';
import type { DeadLetterList, DeadLetterPost, DeadLetterPosted } from '../../platform/contracts/api.ts';
import type { DeadLetter } from '../../platform/contracts/event.ts';
import { deadLetterSubject } from '../../platform/contracts/subjects.ts';
import type { Bus } from '../../platform/bus/bus.ts';
import { encodeJson } from '../../platform/bus/json.ts';
import type { Store } from '../../platform/store/store.ts';

const TotalRow = Type.Object({ total: Type.Number() });

const LetterRow = Type.Object({
  seq: Type.Number(),
  received_ms: Type.Number(),
  dialect: Type.String(),
  source: Type.String(),
  code: Type.String(),
  message: Type.String(),
  idx: Type.Number(),
  item: Type.String(),
});

const KnownRow = Type.Object({
  dialect: Type.String(),
  source: Type.String(),
  code: Type.String(),
  idx: Type.Number(),
});

export interface LetterQuestion {
  readonly code: string | undefined;
  readonly beforeSeq: number | undefined;
  readonly limit: number;
}

/** Refusals, newest first; `nextBeforeSeq` leads to the page after. */
export async function listDeadLetters(
  store: Store,
  tenant: string,
  question: LetterQuestion,
): Promise<DeadLetterList> {
  const { beforeSeq, code, limit } = question;
  const of = `tenant = {tenant:String}${code === undefined ? '' : ' AND code = {code:String}'}`;
  const before = beforeSeq === undefined ? '' : ' AND seq < {before:UInt64}';
  const params = {
    tenant,
    limit: limit + 1,
    ...(code === undefined ? {} : { code }),
    ...(beforeSeq === undefined ? {} : { before: beforeSeq }),
  };
  const [totals, rows] = await Promise.all([
    store.query(`SELECT uniqExact(seq) AS total FROM dead_letters WHERE ${of}`, params, TotalRow),
    store.query(
      `SELECT seq, toUnixTimestamp64Milli(received_at) AS received_ms, dialect, source, code, message, idx, item
FROM dead_letters FINAL WHERE ${of}${before} ORDER BY seq DESC LIMIT {limit:UInt32}`,
      params,
      LetterRow,
    ),
  ]);
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return {
    total: totals[0]?.total ?? 0,
    entries: shown.map(({ received_ms, idx, ...row }) => ({
      ...row,
      receivedAt: new Date(received_ms).toISOString(),
      index: idx,
    })),
    ...(rows.length > limit && last !== undefined ? { nextBeforeSeq: last.seq } : {}),
  };
}

export async function countDeadLetters(store: Store, tenant: string): Promise<number> {
  const rows = await store.query(
    'SELECT toUInt64(sum(count)) AS total FROM dead_letters FINAL WHERE tenant = {tenant:String}',
    { tenant },
    TotalRow,
  );
  return rows[0]?.total ?? 0;
}

/**
 * Keeps the refusals of an importer, each once: those already stored are recognised by (dialect, source, code, index), those on
 * their way to the store by the same as message id. So importing a file again adds nothing, however long after.
 */
export async function postDeadLetters(
  bus: Bus,
  store: Store,
  tenant: string,
  entries: DeadLetterPost['entries'],
  nowMs: number,
): Promise<DeadLetterPosted> {
  const known = await readKnown(store, tenant, entries);
  let duplicates = 0;
  const fresh = entries.filter((entry) => {
    const isKnown = known.has(identityOf(tenant, entry));
    if (isKnown) duplicates += 1;
    return !isKnown;
  });
  const acks = await Promise.all(
    fresh.map(async (entry) => {
      const letter: DeadLetter = { tenant, receivedAtMs: nowMs, ...entry };
      return await bus.publish(deadLetterSubject(tenant), encodeJson(letter), {
        msgId: identityOf(tenant, entry),
      });
    }),
  );
  const repeated = acks.filter((ack) => ack.duplicate).length;
  return { accepted: fresh.length - repeated, duplicates: duplicates + repeated };
}

async function readKnown(
  store: Store,
  tenant: string,
  entries: DeadLetterPost['entries'],
): Promise<Set<string>> {
  const rows = await store.query(
    `SELECT DISTINCT dialect, source, code, idx FROM dead_letters
WHERE tenant = {tenant:String} AND source IN {sources:Array(String)} AND idx IN {indexes:Array(UInt32)}`,
    {
      tenant,
      sources: [...new Set(entries.map((entry) => entry.source))],
      indexes: [...new Set(entries.map((entry) => entry.index))],
    },
    KnownRow,
  );
  return new Set(rows.map(({ idx, ...row }) => identityOf(tenant, { ...row, index: idx })));
}

function identityOf(
  tenant: string,
  entry: Pick<DeadLetter, 'dialect' | 'source' | 'code' | 'index'>,
): string {
  const { code, dialect, index, source } = entry;
  return createHash('sha256')
    .update(JSON.stringify([tenant, dialect, source, code, index]))
    .digest('hex');
}
