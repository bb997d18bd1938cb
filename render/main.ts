import { mkdirSync } from 'node:fs';
import { openKvMirror } from '../platform/access/kv-mirror.ts';
import type { Bus } from '../platform/bus/bus.ts';
import { createJsonCodec } from '../platform/bus/json.ts';
import { openObjects } from '../platform/bus/objects.ts';
import { Job } from '../platform/contracts/api.ts';
import { KpiDefinition } from '../platform/contracts/kpi.ts';
import {
  RenderCancel,
  renderCancelSubject,
  RenderJob,
  RenderToolsQuestion,
  renderToolsSubject,
  type RenderTools,
} from '../platform/contracts/render.ts';
import {
  renderEstimateSubject,
  renderPreviewSubject,
  SlidePreviewAsk,
  VideoEstimateAsk,
  type VideoEstimate,
} from '../platform/contracts/render-preview.ts';
import { artefactsBucket, buckets, rendersStream } from '../platform/contracts/subjects.ts';
import type { Access } from '../platform/contracts/tenant.ts';
import type { Metrics } from '../platform/metrics/metrics.ts';
import type { Store } from '../platform/store/store.ts';
import type { Clock } from '../platform/time/clock.ts';
import { createRandom } from '../platform/time/random.ts';
import { createReadChart } from './adapters/chart-facts.ts';
import { createRenderHistory } from './adapters/history.ts';
import { createReadFigures } from './adapters/kpi-figures.ts';
import { createReadFacts, tenantOf } from './adapters/report-facts.ts';
import { createWorkProcess } from './adapters/work-process.ts';
import { createArtefactStore } from './artefacts/artefact-store.ts';
import { sweepArtefacts } from './artefacts/retention.ts';
import type { RenderConfig } from './config.ts';
import { createRenderMetrics } from './metrics.ts';
import type { Produce } from './ports.ts';
import { prepare, slideOf, speechOf, spokenOf } from './prepare.ts';
import { createPreviews } from './preview.ts';
import { startQueue } from './queue/queue.ts';
import { createForgetter } from './removal.ts';
import { openMarks, openSchedules, startScheduler } from './schedule/scheduler.ts';
import { estimateOf } from './video/estimate.ts';
import { chooseSpeaker } from './video/narration.ts';
import { findTool } from './video/tools.ts';

export interface RenderDeps {
  readonly bus: Bus;
  readonly store: Store;
  readonly access: Access;
  readonly clock: Clock;
  readonly metrics: Metrics;
  /** WEIR_HOME: work in progress lies in `render/` below it. */
  readonly home: string;
}

const SWEEP_EVERY_MS = 60_000;
const DAY_MS = 86_400_000;

/** Wires the renders; resolves once the queue is read. */
export async function start(deps: RenderDeps, config: RenderConfig): Promise<{ stop(): Promise<void> }> {
  const { bus, store, access, clock, metrics, home } = deps;
  const log = bus.log.child({ module: 'render' });
  mkdirSync(home, { recursive: true, mode: 0o700 });
  await bus.ensureStream({
    name: rendersStream,
    subjects: [`${rendersStream}.*`],
    retention: 'workqueue',
    discard: 'new',
    maxBytes: config.waitingBytes,
  });
  const [jobs, jobBoard, kpis, objects] = await Promise.all([
    openKvMirror(bus, buckets.renders, { schema: RenderJob }),
    openKvMirror(bus, buckets.jobs, { schema: Job }),
    openKvMirror(bus, buckets.kpis, { schema: KpiDefinition }),
    openObjects(bus, artefactsBucket, { maxBytes: storeBytes(config) }),
  ]);
  const artefacts = await createArtefactStore(objects, metrics, config.maxBytes);
  const processes = createWorkProcess(home);
  const prepareDeps = {
    readFacts: createReadFacts({ bus, store, access, kpis }),
    readChart: createReadChart({ store, kpis, clock }),
    readFigures: createReadFigures({ store, kpis }),
    objects,
    tenantOf: (id: string) => tenantOf(access, id),
    config,
  };
  const produce: Produce = async (request, { signal, progress }) => {
    const folder = processes.folder(`${request.tenant}.${request.id}`);
    progress('collecting figures', 1);
    const task = await prepare(prepareDeps, request, folder);
    signal.throwIfAborted();
    return await processes.run(task, { folder, signal, progress });
  };
  const retentionMs = config.retentionDays * DAY_MS;
  const queue = await startQueue(
    {
      bus,
      jobs,
      artefacts,
      history: createRenderHistory(store),
      produce,
      metrics: createRenderMetrics(metrics),
      clock,
      random: createRandom(`render ${clock.nowMs()}`),
    },
    {
      atOnce: config.atOnce,
      timeoutMs: config.timeoutSeconds * 1_000,
      maxAttempts: config.maxAttempts,
      retentionMs,
      ackWaitMs: config.ackWaitMs,
    },
  );
  const previews = createPreviews({
    processes,
    slideOf: async (tenant, { slide }, folder) => await slideOf(prepareDeps, tenant, slide, folder),
  });
  metrics.gaugeOf('weir_render_waiting_previews', 'Previews that wait', () => previews.waiting);
  const responders = [
    bus.respond(
      renderPreviewSubject,
      createJsonCodec(SlidePreviewAsk),
      async ({ tenant, wish }) => await previews.draw(tenantOf(access, tenant), wish),
      'render',
    ),
    bus.respond(
      renderEstimateSubject,
      createJsonCodec(VideoEstimateAsk),
      ({ wish }): VideoEstimate => {
        const slides = wish.slides.map(spokenOf);
        const speech = speechOf(config);
        const costLimitUsd = config.videoCostLimitUsd;
        // Nothing is refused for its price here: what it would cost is what is asked.
        const speaker = chooseSpeaker({
          slides,
          speech,
          voice: wish.voice ?? 'auto',
          costLimitUsd: Number.POSITIVE_INFINITY,
        });
        const ahead = jobs.values().filter(({ endedAtMs }) => endedAtMs === undefined).length;
        return { ...estimateOf(slides, speaker), costLimitUsd, ahead };
      },
      'render',
    ),
    bus.respond(
      renderCancelSubject,
      createJsonCodec(RenderCancel),
      async ({ tenant, id }) => await queue.cancel(tenant, id),
      'render',
    ),
    bus.respond(renderToolsSubject, createJsonCodec(RenderToolsQuestion), () => toolsThere(), 'render'),
  ];
  const scheduler = await startScheduler(bus, clock);
  const forget = createForgetter({
    jobs: jobBoard,
    renders: jobs,
    schedules: await openSchedules(bus),
    marks: await openMarks(bus),
    artefacts,
    store,
    cancel: async (tenant, id) => await queue.cancel(tenant, id),
  });
  const forgetAll = async (): Promise<void> =>
    await forget().catch((error: unknown) =>
      log.warn({ err: error }, 'renders of a removed tenant could not be deleted; it is tried again'),
    );
  let isForgetting = forgetAll();
  const removals = jobBoard.onChange((_key, job) => {
    if (job?.kind === 'simulated-removal') isForgetting = isForgetting.then(forgetAll);
  });
  const sweeper = clock.every(SWEEP_EVERY_MS, async () => {
    await (isForgetting = isForgetting.then(forgetAll));
    await sweepArtefacts({ jobs, artefacts, log }, retentionMs, clock.nowMs()).catch((error: unknown) =>
      log.warn({ err: error }, 'expired artefacts could not be deleted'),
    );
  });
  return {
    stop: async () => {
      sweeper.stop();
      removals.stop();
      await isForgetting;
      for (const responder of responders) responder.stop();
      await scheduler.stop();
      await queue.stop();
      await jobs.stop();
      await kpis.stop();
      await jobBoard.stop();
    },
  };
}

/** Bytes of the object store: room for one render above the bound, as the old set of a job is deleted after the new one is there. */
export function storeBytes(config: Pick<RenderConfig, 'maxBytes'>): number {
  return Math.round(config.maxBytes * 1.25);
}

/** Programs beside Weir that some renders need; looked for anew each time, as they may be installed while Weir runs. */
function toolsThere(): RenderTools {
  return [
    {
      name: 'ffmpeg',
      isThere: findTool('ffmpeg') !== undefined && findTool('ffprobe') !== undefined,
      without: 'no videos; everything else works',
    },
    {
      name: 'espeak-ng',
      isThere: findTool('espeak-ng') !== undefined,
      without: 'videos have captions and no narration, unless a speech service is configured',
    },
  ];
}
