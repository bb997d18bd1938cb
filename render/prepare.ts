import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createJsonCodec, type Decoded } from '../platform/bus/json.ts';
import type { Objects } from '../platform/bus/objects.ts';
import {
  ChartParams,
  ReportParams,
  ThumbnailParams,
  VideoParams,
  type Slide,
} from '../platform/contracts/render-params.ts';
import { pictureObject, type RenderRequest } from '../platform/contracts/render.ts';
import type { Tenant } from '../platform/contracts/tenant.ts';
import { WeirError } from '../platform/errors/weir-error.ts';
import type { RenderConfig } from './config.ts';
import type { ReadFigures } from './adapters/kpi-figures.ts';
import type { ReadChart } from './charts/ports.ts';
import { buildReport } from './report/build-report.ts';
import type { Report } from './report/model.ts';
import type { ReadFacts } from './report/ports.ts';
import { storyboardOf } from './video/storyboard.ts';
import type { SpeechSettings, Task, VideoSlide } from './work/task.ts';

export interface PrepareDeps {
  readonly readFacts: ReadFacts;
  readonly readChart: ReadChart;
  readonly readFigures: ReadFigures;
  readonly objects: Objects;
  readonly tenantOf: (id: string) => Tenant;
  readonly config: RenderConfig;
}

const codecs = {
  report: createJsonCodec(ReportParams),
  chart: createJsonCodec(ChartParams),
  thumbnail: createJsonCodec(ThumbnailParams),
  video: createJsonCodec(VideoParams),
};
const DEFAULT_SECONDS = 4;

/** Collects what a task needs, so that the process that makes it needs nothing else. Throws RENDER_PARAMS_INVALID and what reading throws. */
export async function prepare(deps: PrepareDeps, request: RenderRequest, folder: string): Promise<Task> {
  const { params, tenant: tenantId } = request;
  const tenant = deps.tenantOf(tenantId);
  switch (request.kind) {
    case 'report': {
      const asked = checked(codecs.report.check(params));
      return {
        kind: 'report',
        report: await reportOf(deps, request, asked),
        formats: asked.formats,
        paper: asked.paper ?? 'A4',
      };
    }
    case 'chart': {
      const asked = checked(codecs.chart.check(params));
      const { spec, title } = await deps.readChart(tenant, asked);
      return {
        kind: 'chart',
        title,
        spec,
        theme: asked.theme ?? 'light',
        currency: tenant.currency,
        timeZone: tenant.timeZone,
      };
    }
    case 'thumbnail': {
      const asked = checked(codecs.thumbnail.check(params));
      const picture =
        asked.picture === undefined
          ? undefined
          : await fetchPicture(deps.objects, tenantId, asked.picture, folder);
      return { kind: 'thumbnail', params: asked, picture };
    }
    case 'video':
      return await prepareVideo(deps, request, tenant, checked(codecs.video.check(params)), folder);
  }
}

async function prepareVideo(
  deps: PrepareDeps,
  request: RenderRequest,
  tenant: Tenant,
  asked: VideoParams,
  folder: string,
): Promise<Task> {
  const { config } = deps;
  let slides: readonly VideoSlide[];
  if (asked.slides !== undefined) {
    const made: VideoSlide[] = [];
    for (const slide of asked.slides) made.push(await slideOf(deps, tenant, slide, folder));
    slides = made;
  } else if (asked.report !== undefined) {
    slides = storyboardOf(await reportOf(deps, request, { ...asked.report, formats: ['json'] }));
  } else {
    throw new WeirError('RENDER_PARAMS_INVALID', 'A video needs slides, or a report to be made from.');
  }
  return {
    kind: 'video',
    video: {
      title: request.title,
      slides,
      palette: asked.palette ?? 'ink',
      badge: tenant.simulated ? 'Simulated data' : undefined,
      burnCaptions: asked.burnCaptions ?? false,
      currency: tenant.currency,
      timeZone: tenant.timeZone,
      voice: asked.voice ?? 'auto',
      speech: speechOf(config),
      costLimitUsd: config.videoCostLimitUsd,
    },
  };
}

/** A slide with its figures, chart and picture read; pictures lie in the folder. Throws RENDER_PARAMS_INVALID, RENDER_PICTURE_INVALID. */
export async function slideOf(
  deps: Pick<PrepareDeps, 'objects' | 'readChart' | 'readFigures'>,
  tenant: Tenant,
  slide: Slide,
  folder: string,
): Promise<VideoSlide> {
  const shared = spokenOf(slide);
  switch (slide.kind) {
    case 'title':
      return { content: { kind: 'title', title: slide.title, subtitle: slide.subtitle }, ...shared };
    case 'text':
      return { content: { kind: 'text', title: slide.title, lines: slide.lines }, ...shared };
    case 'figures':
      return { content: { kind: 'figures', title: slide.title, figures: slide.figures }, ...shared };
    case 'kpis': {
      const figures = await deps.readFigures(tenant, slide);
      return { content: { kind: 'figures', title: slide.title, figures }, ...shared };
    }
    case 'chart': {
      const { spec } = await deps.readChart(tenant, slide.chart);
      return { content: { kind: 'chart', title: slide.title, spec }, ...shared };
    }
    case 'picture': {
      const picture = await fetchPicture(deps.objects, tenant.id, slide.picture, folder);
      return { content: { kind: 'picture', title: slide.title, picture }, ...shared };
    }
  }
}

/** What is said over a slide and how long it stands at least. */
export function spokenOf({ narration, seconds }: Slide): Pick<VideoSlide, 'narration' | 'seconds'> {
  return { narration: narration ?? '', seconds: seconds ?? DEFAULT_SECONDS };
}

/** The speech service as it is configured; undefined where there is none. */
export function speechOf(config: RenderConfig): SpeechSettings | undefined {
  return config.speechKey === undefined
    ? undefined
    : {
        baseUrl: config.speechUrl,
        key: config.speechKey,
        model: config.speechModel,
        usdPerMillionCharacters: config.speechUsdPerMillionCharacters,
      };
}

async function reportOf(deps: PrepareDeps, request: RenderRequest, params: ReportParams): Promise<Report> {
  return buildReport(await deps.readFacts(request, params));
}

/** An uploaded picture as a file: bytes of the tenant's own, by their hash; there is no way to name a URL or a path. */
async function fetchPicture(objects: Objects, tenant: string, id: string, folder: string): Promise<string> {
  const bytes = await objects.get(pictureObject(tenant, id));
  if (bytes === undefined)
    throw new WeirError('RENDER_PICTURE_INVALID', `There is no picture ${id.slice(0, 12)}…`);
  const path = join(folder, `picture-${id.slice(0, 16)}`);
  writeFileSync(path, bytes);
  return path;
}

function checked<T>(decoded: Decoded<T>): T {
  if (decoded.ok) return decoded.value;
  throw new WeirError('RENDER_PARAMS_INVALID', `params: ${decoded.fault}.`);
}
