import type { AccessDirectory } from '../../platform/access/access.ts';
import { openKvMirror } from '../../platform/access/kv-mirror.ts';
import type { Bus } from '../../platform/bus/bus.ts';
import { createJsonCodec } from '../../platform/bus/json.ts';
import { openObjects } from '../../platform/bus/objects.ts';
import { readFrom, type ReaderMessage } from '../../platform/bus/reader.ts';
import { AlertRecord } from '../../platform/contracts/alert.ts';
import {
  AlertSettings,
  ContactPoint,
  ContactSecret,
  defaultAlertSettings,
  defaultNoDataSeverity,
  Silence,
  Subscription,
} from '../../platform/contracts/alert-subscription.ts';
import {
  AlertAsk,
  alertAskSubject,
  Delivery,
  type AlertAnswer,
} from '../../platform/contracts/alert-thread.ts';
import { Job } from '../../platform/contracts/api.ts';
import { KpiDefinition } from '../../platform/contracts/kpi.ts';
import { Signal } from '../../platform/contracts/signal.ts';
import { alertsStream, buckets, signalsStream, snapshotsBucket } from '../../platform/contracts/subjects.ts';
import { isWeirError } from '../../platform/errors/weir-error.ts';
import { createHttpSender } from '../../platform/http-out/sender.ts';
import { workUnderLease, type HeldLease } from '../../platform/lease/held-lease.ts';
import { createLeaseStore } from '../../platform/lease/lease-store.ts';
import type { Log } from '../../platform/log/log.ts';
import type { Metrics } from '../../platform/metrics/metrics.ts';
import { createDownloadLinks, openDownloadSecret } from '../../platform/signed-link/download-links.ts';
import { createLinkSigner } from '../../platform/signed-link/signed-link.ts';
import { openSealedMirror } from '../../platform/secrets/sealed-mirror.ts';
import type { Sealer } from '../../platform/secrets/sealer.ts';
import { loadSealer } from '../../platform/secrets/secret-keys.ts';
import type { Store } from '../../platform/store/store.ts';
import type { Clock } from '../../platform/time/clock.ts';
import type { Random } from '../../platform/time/random.ts';
import { createMailSender } from './adapters/smtp.ts';
import { createPushSealer } from './adapters/web-push.ts';
import { answerCommand } from './commands.ts';
import type { AlertsConfig } from './config.ts';
import { alertOfRecord, alertOfSignal } from './core/alert.ts';
import type { AlertContext } from './core/context.ts';
import { createDeliverer, type Deliverer } from './deliver.ts';
import { createFactReader } from './facts.ts';
import { createAlertMetrics } from './metrics.ts';
import { openOwner, type Owner, type Taken } from './owner.ts';
import { forgetRemoved } from './removal.ts';
import { handOverReports, sweepMarks } from './reports/hand-over.ts';
import { openReportRecords } from './reports/records.ts';
import { threadColumns, threadRow } from './rows.ts';
import { createSender } from './send.ts';

export interface AlertsDeps {
  readonly bus: Bus;
  readonly store: Store;
  readonly access: AccessDirectory;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: Log;
  readonly metrics: Metrics;
  /** WEIR_HOME, where keys are kept. */
  readonly home: string;
  /** What stored secrets are sealed with; by the key file of the home when absent. */
  readonly sealer?: Sealer;
  /** Address people use, for links in messages. */
  readonly publicUrl: string;
  /** Name of this installation in leases. */
  readonly owner: string;
  /** Bytes the object store of artefacts may take, as whoever renders has it. */
  readonly artefactBytes?: number;
}

const SNAPSHOT = 'alerts';
const SWEEP_MS = 60_000;
const MISSING_STREAM_MS = 2_000;
const LEASE_AGAIN_MS = 1_000;
/** In a larger batch what still fires is taken without a look at its money; its end has it. */
const MAX_LOOKUPS = 16;
const BUCKET_BYTES = 256 * 1024 * 1024;

/** Starts the owner of alerts; resolves once its records are in memory. */
export async function startAlerts(
  deps: AlertsDeps,
  config: AlertsConfig,
): Promise<{ stop(): Promise<void> }> {
  const { access, bus, clock, home, random, store } = deps;
  const log = deps.log.child({ module: 'alerts' });
  const metrics = createAlertMetrics(deps.metrics);
  const [subscriptions, contacts, secrets, silences, settings, deliveries, kpis, jobs, objects] =
    await Promise.all([
      openKvMirror(bus, buckets.subscriptions, { schema: Subscription }),
      openKvMirror(bus, buckets.contacts, { schema: ContactPoint }),
      openSealedMirror(
        bus,
        buckets.contactSecrets,
        { schema: ContactSecret },
        deps.sealer ?? loadSealer(home),
      ),
      openKvMirror(bus, buckets.silences, { schema: Silence }),
      openKvMirror(bus, buckets.alertSettings, { schema: AlertSettings }),
      openKvMirror(bus, buckets.deliveries, { schema: Delivery, maxBytes: BUCKET_BYTES }),
      openKvMirror(bus, buckets.kpis, { schema: KpiDefinition }),
      openKvMirror(bus, buckets.jobs, { schema: Job }),
      openObjects(bus, snapshotsBucket),
    ]);
  const mirrors = [subscriptions, contacts, secrets, silences, settings, deliveries, kpis, jobs];
  const baseUrl = deps.publicUrl.replace(/\/$/, '');
  const reports = await openReportRecords(bus, deps.artefactBytes);
  const mail = createMailSender(config.smtpUrl);
  const push = createPushSealer(
    home,
    baseUrl.startsWith('https:') ? baseUrl : 'mailto:weir@localhost.localdomain',
  );
  const send = createSender(
    {
      http: createHttpSender(clock, { ports: config.httpPorts, allowLoopback: config.allowLoopback }),
      mail,
      push,
      signer: createLinkSigner(home),
      clock,
      objects: reports.artefacts,
      links: createDownloadLinks(await openDownloadSecret(bus), clock),
      attachBytes: config.reportAttachBytes,
    },
    { baseUrl, mailFrom: config.mailFrom, pagerDutyUrl: config.pagerDutyUrl },
  );
  const readFacts = createFactReader(store, kpis, log);

  const contextOf = (tenant: string): AlertContext | undefined => {
    const record = access.tenant(tenant);
    if (record === undefined) return undefined;
    const mine = <T extends { readonly tenant: string }>(all: readonly T[]): T[] =>
      all.filter((one) => one.tenant === tenant);
    return {
      subscriptions: mine(subscriptions.values()).sort((a, b) => (a.id < b.id ? -1 : 1)),
      silences: mine(silences.values()),
      settings: settings.get(tenant) ?? defaultAlertSettings,
      channelOf: (id) => contacts.get(`${tenant}.${id}`)?.channel,
      tenantName: record.name,
      currency: record.currency,
    };
  };

  const work = async (lease: HeldLease, outer: AbortSignal): Promise<void> => {
    const ending = new AbortController();
    const signal = AbortSignal.any([outer, ending.signal]);
    const deliverer = createDeliverer({
      deliveries,
      contacts,
      secrets,
      store,
      send,
      confirm: () => lease.confirm(),
      clock,
      random,
      log,
      metrics,
    });
    let rowsFailed = false;
    const owner = await openOwner({
      ports: {
        loadSnapshot: async () => await objects.get(SNAPSHOT),
        saveSnapshot: async (bytes) => {
          metrics.snapshotBytes.set(bytes.byteLength);
          await objects.put(SNAPSHOT, bytes);
        },
        queue: (wanted) => deliverer.queue(wanted),
        writeThreads: async (threads) => {
          await store.insertRows('alerts', threadColumns, threads.map(threadRow).join(''));
          rowsFailed = false;
        },
        confirmLease: () => lease.confirm(),
      },
      contextOf,
      onMessage: ({ message }) => metrics.messages.inc({ kind: message.kind }),
      onRowsFailed: (error) => {
        metrics.rowFailures.inc();
        if (!rowsFailed)
          log.warn({ err: error }, 'threads of alerts are not written to the history, repeating');
        rowsFailed = true;
      },
      onDamaged: (fault) =>
        log.error(
          { fault },
          'what was known of alerts is damaged: it is built anew from the stream of signals',
        ),
    });
    const serial = createSerial();

    const takeSignals = async (batch: readonly ReaderMessage[]): Promise<Taken[]> => {
      const taken: Taken[] = [];
      for (const message of batch) {
        const decoded = signalCodec.decode(message.data);
        metrics.inputs.inc({ source: 'signals', result: decoded.ok ? 'taken' : 'refused' });
        if (!decoded.ok) {
          log.error({ fault: decoded.fault, seq: message.seq }, 'a signal is left out');
          continue;
        }
        const signal = decoded.value;
        const isLooked = batch.length <= MAX_LOOKUPS || signal.state === 'resolved';
        const facts = await (isLooked
          ? readFacts(signal)
          : { unit: kpis.get(`${signal.tenant}.${signal.kpi}`)?.unit ?? null, impact: null });
        const noData = settings.get(signal.tenant)?.noDataSeverity ?? defaultNoDataSeverity;
        const alert = alertOfSignal(signal, { ...facts, noData });
        taken.push({ tenant: signal.tenant, alert, atMs: message.timestampMs });
      }
      return taken;
    };
    const takeRecords = async (batch: readonly ReaderMessage[]): Promise<Taken[]> =>
      await Promise.resolve(
        batch.flatMap((message) => {
          const decoded = recordCodec.decode(message.data);
          metrics.inputs.inc({ source: 'decisions', result: decoded.ok ? 'taken' : 'refused' });
          if (decoded.ok)
            return [
              {
                tenant: decoded.value.tenant,
                alert: alertOfRecord(decoded.value),
                atMs: message.timestampMs,
              },
            ];
          log.error({ fault: decoded.fault, seq: message.seq }, 'an alert of a decision is left out');
          return [];
        }),
      );

    const follow = async (
      stream: 'signals' | 'records',
      name: string,
      subject: string,
      decode: (batch: readonly ReaderMessage[]) => Promise<Taken[]>,
    ): Promise<void> => {
      while (!signal.aborted) {
        const { seq, timestampMs } = owner.state[stream];
        try {
          const batches = readFrom({
            bus,
            stream: name,
            subject,
            fromSeq: seq + 1,
            signal,
            ...(timestampMs === null ? {} : { previousTimestampMs: timestampMs }),
          });
          for await (const batch of batches) {
            const last = batch.at(-1);
            if (last === undefined) continue;
            const taken = await decode(batch);
            await serial(async () => {
              owner.take(stream, taken, { seq: last.seq, timestampMs: last.timestampMs });
              await Promise.resolve();
            });
          }
        } catch (error) {
          if (!isWeirError(error)) throw error;
          if (error.code === 'BUS_LOG_TRUNCATED') {
            // Another stream than the one we read: (id, revision) tells what is known.
            log.error({ stream: name }, 'a stream lost what was read already; it is read from its beginning');
            owner.state[stream] = { seq: 0, timestampMs: null };
          } else if (error.code !== 'BUS_STREAM_MISSING') throw error;
          // Made by whoever has the first thing to tell.
          await clock.sleep(MISSING_STREAM_MS, signal).catch(() => undefined);
        }
      }
    };

    const answers = bus.respond(alertAskSubject, askCodec, async (ask): Promise<AlertAnswer> => {
      if (ask.op === 'push-key') return { pushKey: push.publicKey };
      const answer = async (): Promise<AlertAnswer> =>
        await answerCommand({ owner, deliverer, contacts, deliveries, access, clock }, ask);
      // What waits for somebody else's server must not hold up the clock of all the others.
      return ask.op === 'test' || ask.op === 'retry' ? await answer() : await serial(answer);
    });

    const ticking = async (): Promise<void> => {
      let sweptMs = Number.NEGATIVE_INFINITY;
      while (!signal.aborted) {
        await serial(async () => await owner.tick(clock.nowMs()));
        deliverer.sendDue();
        showSizes(owner);
        // Before the sweep, which forgets what was sent: see there.
        const isHandedOver = await handOver(deliverer, lease);
        if (isHandedOver && owner.isOutboxReleased() && clock.monotonicMs() - sweptMs > SWEEP_MS) {
          sweptMs = clock.monotonicMs();
          await deliverer.sweep();
          await sweepMarks(reports);
          // The store may be away; that is no reason to stop telling people.
          await serial(
            async () => await owner.forget((state) => forgetRemoved({ jobs, deliveries, store }, state)),
          ).catch((error: unknown) => log.debug({ err: error }, 'a removed tenant is forgotten later'));
        }
        await lease.confirm();
        await clock.sleep(config.tickMs, signal).catch(() => undefined);
      }
    };

    try {
      // The first that fails ends the others; all begin again from the snapshot.
      await Promise.all([
        ticking(),
        follow('signals', signalsStream, `${signalsStream}.*.*`, takeSignals),
        follow('records', alertsStream, `${alertsStream}.*`, takeRecords),
      ]);
    } finally {
      ending.abort();
      answers.stop();
      await deliverer.idle();
    }
  };

  /** False when it could not be done now; it is tried again at the next tick. */
  const handOver = async (deliverer: Deliverer, lease: HeldLease): Promise<boolean> => {
    try {
      const queued = await handOverReports(
        {
          jobs: reports.jobs,
          scheduleOf: reports.scheduleOf,
          contacts,
          marks: reports.marks,
          tenantOf: (id) => access.tenant(id),
          queue: async (wanted) => await deliverer.queue(wanted),
          confirm: async () => await lease.confirm(),
        },
        clock.nowMs(),
      );
      if (queued > 0) {
        metrics.messages.inc({ kind: 'report' });
        log.info({ deliveries: queued }, 'a scheduled report goes out by mail');
      }
      return true;
    } catch (error) {
      if (isWeirError(error) && error.code === 'STREAMS_LEASE_LOST') throw error;
      log.warn({ err: error }, 'a scheduled report could not be handed over; it is tried again');
      return false;
    }
  };

  const showSizes = ({ state }: Owner): void => {
    let kept = 0;
    let open = 0;
    let held = 0;
    for (const tenant of state.tenants.values()) {
      kept += tenant.alerts.size;
      open += tenant.open.size;
      for (const { follows } of tenant.subscribers.values())
        for (const follow of follows.values()) held += follow.held.size;
    }
    metrics.kept.set(kept);
    metrics.threads.set(open);
    metrics.held.set(held);
  };

  const stopping = new AbortController();
  const running = workUnderLease(
    { leases: await createLeaseStore(bus), clock, log },
    {
      owner: deps.owner,
      leaseTtlMs: config.leaseTtlMs,
      storeRetryMs: LEASE_AGAIN_MS,
      longestRetryMs: LEASE_AGAIN_MS,
    },
    'alerts',
    stopping.signal,
    work,
  );
  running.catch((error: unknown) => log.error({ err: error }, 'alerts ended'));
  return {
    stop: async () => {
      stopping.abort();
      await running.catch(() => undefined);
      mail.close();
      for (const mirror of mirrors) await mirror.stop();
      await reports.stop();
    },
  };
}

const signalCodec = createJsonCodec(Signal);
const recordCodec = createJsonCodec(AlertRecord);
const askCodec = createJsonCodec(AlertAsk);

/** Runs one after the other, in the order of the calls; what one throws is its caller's alone. */
function createSerial(): <T>(run: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return async (run) => {
    const next = last.catch(() => undefined).then(run);
    last = next.catch(() => undefined);
    return await next;
  };
}
