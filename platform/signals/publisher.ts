import { Value } from '@sinclair/typebox/value';
import type { Bus } from '../bus/bus.ts';
import { Signal } from '../contracts/signal.ts';
import { signalsStream, signalSubject } from '../contracts/subjects.ts';
import { WeirError } from '../errors/weir-error.ts';
import { escapeTsv } from '../store/tsv.ts';
import type { Store } from '../store/store.ts';

/** Tells signals to whoever decides, and keeps them for people. Repeating a call with the same signals changes nothing. */
export interface SignalPublisher {
  /** Throws STREAMS_SIGNAL_INVALID before anything was told, and what store and bus throw. */
  publish(signals: readonly Signal[]): Promise<void>;
  /** Deletes a tenant's signals from the stream; its rows go with the tables of the stages. */
  forget(tenant: string): Promise<void>;
}

const STREAM_MAX_BYTES = 64 * 1024 * 1024;
const STREAM_MAX_AGE_MS = 30 * 86_400_000;
/** How long a repeated message id is recognised; later repeats reach consumers, who know them by (id, revision). */
const DUPLICATE_WINDOW_MS = 24 * 3_600_000;

const columns = [
  'tenant',
  'started_at',
  'kind',
  'id',
  'kpi',
  'title',
  'dims',
  'window',
  'severity',
  'state',
  'ended_at',
  'is_good',
  'evidence',
  'link',
  'revision',
] as const;

/**
 * Makes the stream `signals` before the first signal: 64 MiB and 30 days, whichever ends first; then its oldest go, and only the table has them. Rows are
 * written before messages, so that whoever hears of a signal finds it.
 */
export function createSignalPublisher(bus: Bus, store: Store): SignalPublisher {
  const encoder = new TextEncoder();
  let opened: Promise<void> | undefined;
  const open = (): Promise<void> => {
    opened ??= bus
      .ensureStream({
        name: signalsStream,
        subjects: [`${signalsStream}.*.*`],
        maxBytes: STREAM_MAX_BYTES,
        maxAgeMs: STREAM_MAX_AGE_MS,
        discard: 'old',
        duplicateWindowMs: DUPLICATE_WINDOW_MS,
      })
      .catch((error: unknown) => {
        opened = undefined;
        throw error;
      });
    return opened;
  };
  return {
    publish: async (signals) => {
      if (signals.length === 0) return;
      for (const signal of signals) refuseInvalid(signal);
      await open();
      await store.insertRows('signals', columns, signals.map(signalRow).join(''));
      // One after the other: a consumer sees the revisions of a signal in order.
      for (const signal of signals) {
        await bus.publish(signalSubject(signal.tenant, signal.kind), encoder.encode(JSON.stringify(signal)), {
          msgId: `${signal.tenant}/${signal.kind}/${signal.id}/${signal.revision}`,
        });
      }
    },
    forget: async (tenant) => {
      await open();
      const filter = signalSubject(tenant, '*');
      await bus.ask(async () => await bus.jsm.streams.purge(signalsStream, { filter }));
    },
  };
}

/** A signal as a row of `signals`. */
function signalRow(signal: Signal): string {
  const cells = [
    signal.tenant,
    signal.startedAtMs,
    signal.kind,
    escapeTsv(signal.id),
    escapeTsv(signal.kpi),
    escapeTsv(signal.title),
    escapeTsv(JSON.stringify(signal.dims)),
    escapeTsv(signal.window),
    signal.severity,
    signal.state,
    signal.endedAtMs ?? '\\N',
    signal.isGood ?? '\\N',
    escapeTsv(JSON.stringify(signal.evidence)),
    escapeTsv(signal.link),
    signal.revision,
  ];
  return `${cells.join('\t')}\n`;
}

function refuseInvalid(signal: Signal): void {
  const first = Value.Errors(Signal, signal).First();
  if (first === undefined) return;
  throw new WeirError(
    'STREAMS_SIGNAL_INVALID',
    `A signal of kind ${signal.kind} is wrong at ${first.path}: ${first.message}.`,
  );
}
