import type { Static, TSchema } from '@sinclair/typebox';
import type { Bus } from '../../platform/bus/bus.ts';
import { createJsonCodec, type JsonCodec } from '../../platform/bus/json.ts';
import { readFrom } from '../../platform/bus/reader.ts';
import { AuditCheckpoint, AuditEntry, AuditFact } from '../../platform/contracts/audit.ts';
import {
  auditCheckpointsStream,
  auditCheckpointsSubject,
  auditIntakeStream,
  auditStream,
  auditSubject,
} from '../../platform/contracts/subjects.ts';
import { emptyChain } from '../audit/chain.ts';
import type { AuditLog } from '../audit/log.ts';

const mebibyte = 1024 * 1024;
const duplicateWindowMs = 24 * 3_600_000;
const pageEntries = 2_000;

/** Opens the streams of the audit trail: nothing in them is ever deleted by Weir; full they refuse. */
export async function openAuditLog(bus: Bus, maxMegabytes: number): Promise<AuditLog> {
  const entryCodec = createJsonCodec(AuditEntry);
  const checkpointCodec = createJsonCodec(AuditCheckpoint);
  const factCodec = createJsonCodec(AuditFact);
  await bus.ensureStream({
    name: auditStream,
    subjects: [`${auditStream}.*`],
    maxBytes: maxMegabytes * mebibyte,
    discard: 'new',
    denyDelete: true,
    duplicateWindowMs,
  });
  await bus.ensureStream({
    name: auditCheckpointsStream,
    subjects: [`${auditCheckpointsStream}.*`],
    maxBytes: 32 * mebibyte,
    // Ten thousand for each tenant: at one every few seconds of activity the oldest go; the newest prove as much.
    maxMessagesPerSubject: 10_000,
    discard: 'new',
  });

  const readAll = async <S extends TSchema>(
    stream: string,
    subject: string,
    codec: JsonCodec<S>,
    fromSeq = 1,
  ): Promise<Static<S>[]> => {
    const found: Static<S>[] = [];
    const { firstSeq } = await bus.streamState(stream);
    const { signal } = new AbortController();
    for await (const batch of readFrom({
      bus,
      stream,
      subject,
      fromSeq: Math.max(fromSeq, firstSeq, 1),
      signal,
      untilCaughtUp: true,
    })) {
      for (const { data } of batch) {
        const decoded = codec.decode(data);
        if (decoded.ok) found.push(decoded.value);
      }
    }
    return found;
  };

  const last = async <S extends TSchema>(
    stream: string,
    subject: string,
    codec: JsonCodec<S>,
  ): Promise<{ readonly value: Static<S>; readonly seq: number } | undefined> => {
    const message = await bus
      .ask(async () => await bus.jsm.streams.getMessage(stream, { last_by_subj: subject }))
      .catch((error: unknown) => {
        if (isMissing(error)) return undefined;
        throw error;
      });
    if (message === undefined) return undefined;
    const decoded = codec.decode(message.data);
    return decoded.ok ? { value: decoded.value, seq: message.seq } : undefined;
  };

  return {
    tail: async (count) => {
      const { firstSeq, lastSeq } = await bus.streamState(auditStream);
      if (lastSeq === 0) return [];
      return await readAll(
        auditStream,
        `${auditStream}.*`,
        entryCodec,
        Math.max(firstSeq, lastSeq - count + 1),
      );
    },
    head: async (tenant) => {
      const found = await last(auditStream, auditSubject(tenant), entryCodec);
      return found === undefined
        ? { head: emptyChain, subjectSeq: 0 }
        : { head: { number: found.value.number, hash: found.value.hash }, subjectSeq: found.seq };
    },
    append: async (entry, subjectSeq) => {
      await bus.publish(auditSubject(entry.tenant), entryCodec.encode(entry), {
        // With the hash: another writer's entry of the same number must meet the sequence, not pass as a repeat of ours.
        msgId: `${entry.tenant}.${entry.number}.${entry.hash.slice(0, 16)}`,
        expectLastSubjectSeq: subjectSeq,
      });
    },
    entries: async (tenant, newest) => {
      if (newest === undefined) return await readAll(auditStream, auditSubject(tenant), entryCodec);
      const { lastSeq } = await bus.streamState(auditStream);
      const { beforeNumber = Number.POSITIVE_INFINITY, limit } = newest;
      // Backwards by pages: numbers of a tenant are spread over the sequence of all.
      for (let span = pageEntries; ; span *= 8) {
        const fromSeq = Math.max(1, lastSeq - span);
        const found = await readAll(auditStream, auditSubject(tenant), entryCodec, fromSeq);
        const wanted = found.filter(({ number }) => number < beforeNumber);
        if (wanted.length >= limit || fromSeq === 1) return wanted.slice(-limit);
      }
    },
    checkpoints: async (tenant) =>
      await readAll(auditCheckpointsStream, auditCheckpointsSubject(tenant), checkpointCodec),
    newestCheckpoint: async (tenant) =>
      (await last(auditCheckpointsStream, auditCheckpointsSubject(tenant), checkpointCodec))?.value,
    putCheckpoint: async (checkpoint) => {
      await bus.publish(auditCheckpointsSubject(checkpoint.tenant), checkpointCodec.encode(checkpoint), {
        msgId: `${checkpoint.tenant}.${checkpoint.number}`,
      });
    },
    tenants: async () => {
      const names = new Set<string>();
      for (const stream of [auditStream, auditCheckpointsStream]) {
        const { state } = await bus.ask(
          async () => await bus.jsm.streams.info(stream, { subjects_filter: `${stream}.*` }),
        );
        for (const subject of Object.keys(state.subjects ?? {})) names.add(subject.slice(stream.length + 1));
      }
      return [...names].sort();
    },
    intake: async function* intake(fromSeq, signal) {
      const { firstSeq } = await bus.streamState(auditIntakeStream);
      const reading = readFrom({
        bus,
        stream: auditIntakeStream,
        subject: `${auditIntakeStream}.*`,
        fromSeq: Math.max(fromSeq, firstSeq, 1),
        signal,
      });
      for await (const batch of reading) {
        const facts = batch.flatMap(({ data, seq }) => {
          const decoded = factCodec.decode(data);
          return decoded.ok ? [{ fact: decoded.value, seq }] : [];
        });
        yield { facts, pendingMessages: batch.at(-1)?.pendingMessages ?? 0 };
      }
    },
    purgeIntake: async (belowSeq) => {
      await bus.purgeBelow(auditIntakeStream, belowSeq);
    },
  };
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && /no message found|404/i.test(error.message);
}
