import { createHash } from 'node:crypto';
import type { TSchema } from '@sinclair/typebox';
import { randomBase62 } from '../../platform/access/api-key.ts';
import type { KvMirror } from '../../platform/access/kv-mirror.ts';
import type { Bus } from '../../platform/bus/bus.ts';
import { createJsonCodec, encodeJson } from '../../platform/bus/json.ts';
import type { Objects } from '../../platform/bus/objects.ts';
import type { ContactPoint } from '../../platform/contracts/alert-subscription.ts';
import { renderParams } from '../../platform/contracts/render-params.ts';
import {
  pictureObject,
  renderCancelSubject,
  RenderJob,
  RenderTools,
  renderToolsSubject,
  type RenderAsk,
  type RenderRequest,
  type RenderSchedule,
  type RenderScheduleRequest,
  type RenderScheduleView,
  type RenderView,
} from '../../platform/contracts/render.ts';
import {
  renderEstimateSubject,
  renderPreviewSubject,
  SlidePreview,
  VideoEstimate,
  type SlidePreviewWish,
  type VideoEstimateWish,
} from '../../platform/contracts/render-preview.ts';
import { renderSubject } from '../../platform/contracts/subjects.ts';
import { errorCodes, type ErrorCode } from '../../platform/errors/codes.ts';
import { isWeirError, WeirError } from '../../platform/errors/weir-error.ts';
import type { Clock } from '../../platform/time/clock.ts';
import { nextCronMs } from '../../platform/time/cron.ts';
import type { DownloadLinks } from '../../platform/signed-link/download-links.ts';

export interface RenderDeskDeps {
  readonly bus: Bus;
  /** KV `renders`, written by the folder that renders. */
  readonly jobs: KvMirror<RenderJob>;
  readonly schedules: KvMirror<RenderSchedule>;
  readonly objects: Objects;
  readonly links: DownloadLinks;
  readonly contactOf: (key: string) => ContactPoint | undefined;
  readonly clock: Clock;
}

export interface Asker {
  readonly tenant: string;
  readonly id: string;
  readonly name: string;
}

/** Takes wishes, shows how far they are, hands out what was made. It renders nothing. */
export interface RenderDesk {
  ask(asker: Asker, wish: RenderAsk): Promise<RenderView>;
  list(tenant: string): readonly RenderView[];
  get(tenant: string, id: string): RenderView;
  cancel(tenant: string, id: string): Promise<RenderView>;
  tools(): Promise<RenderTools>;
  /** A slide as the video would have it. Throws RENDER_BUSY and what drawing throws. */
  preview(tenant: string, wish: SlidePreviewWish): Promise<SlidePreview>;
  estimate(tenant: string, wish: VideoEstimateWish): Promise<VideoEstimate>;
  keepPicture(tenant: string, dataBase64: string): Promise<{ picture: string; bytes: number }>;
  schedules(tenant: string): readonly RenderScheduleView[];
  addSchedule(asker: Asker, wish: RenderScheduleRequest): Promise<RenderScheduleView>;
  changeSchedule(tenant: string, id: string, wish: RenderScheduleRequest): Promise<RenderScheduleView>;
  removeSchedule(tenant: string, id: string): Promise<void>;
}

const MAX_OPEN = 50;
const MAX_LISTED = 100;
const MAX_SCHEDULES = 50;
const MAX_PICTURE_BYTES = 6_000_000;
const jobCodec = createJsonCodec(RenderJob);
const previewCodec = createJsonCodec(SlidePreview);
const estimateCodec = createJsonCodec(VideoEstimate);
/** Longer than drawing may take with others in front. */
const PREVIEW_TIMEOUT_MS = 45_000;
const toolsCodec = createJsonCodec(RenderTools);
const paramCodecs: Readonly<
  Record<RenderAsk['kind'], { check(value: unknown): { ok: true } | { ok: false; fault: string } }>
> = {
  report: codecOf(renderParams.report),
  chart: codecOf(renderParams.chart),
  thumbnail: codecOf(renderParams.thumbnail),
  video: codecOf(renderParams.video),
};
const kindNames: Readonly<Record<RenderAsk['kind'], string>> = {
  report: 'Report',
  chart: 'Chart',
  thumbnail: 'Thumbnails',
  video: 'Video',
};

export function createRenderDesk(deps: RenderDeskDeps): RenderDesk {
  const { bus, jobs, schedules, objects, links, clock } = deps;
  const ofTenant = (tenant: string): RenderJob[] =>
    jobs
      .values()
      .filter((job) => job.tenant === tenant)
      .toSorted((a, b) => b.createdAtMs - a.createdAtMs || (a.id < b.id ? 1 : -1));
  const view = (job: RenderJob): RenderView => {
    const { tenant, artefacts, ...rest } = job;
    const nowMs = clock.nowMs();
    return {
      ...rest,
      artefacts: artefacts.flatMap(({ object: _object, ...artefact }) =>
        artefact.expiresAtMs > nowMs
          ? [{ ...artefact, href: links.pathOf({ tenant, id: job.id, name: artefact.name }) }]
          : [],
      ),
    };
  };
  const scheduleView = ({ tenant: _tenant, ...schedule }: RenderSchedule): RenderScheduleView => ({
    ...schedule,
    nextRunMs: schedule.isOn ? nextCronMs(schedule.cron, schedule.timeZone, clock.nowMs()) : null,
  });
  const find = (tenant: string, id: string): RenderSchedule => {
    const found = schedules.get(`${tenant}.${id}`);
    if (found === undefined) throw new WeirError('RENDER_NOT_FOUND', `There is no schedule ${id}.`);
    return found;
  };

  /** Recipients are contact points of the tenant that take mail. One removed since it was chosen hinders no other change; it gets nothing. */
  const refuseStrangers = (
    tenant: string,
    { recipients = [] }: RenderScheduleRequest,
    before: readonly string[] = [],
  ): void => {
    for (const id of recipients)
      if (!before.includes(id) && deps.contactOf(`${tenant}.${id}`)?.channel !== 'email')
        throw new WeirError('RENDER_SCHEDULE_INVALID', `${id} is no contact point for e-mail.`, {
          details: { in: 'body', field: 'recipients' },
        });
  };

  return {
    ask: async (asker, wish) => {
      const checked = paramCodecs[wish.kind].check(wish.params);
      if (!checked.ok)
        throw new WeirError('RENDER_PARAMS_INVALID', `params: ${checked.fault}.`, {
          details: { in: 'body', field: 'params' },
        });
      const open = ofTenant(asker.tenant).filter(({ state }) => state === 'queued' || state === 'running');
      if (open.length >= MAX_OPEN)
        throw new WeirError(
          'GATEWAY_LIMIT_REACHED',
          `At most ${MAX_OPEN} renders of a tenant wait or run at once.`,
        );
      const request: RenderRequest = {
        id: `rnd_${randomBase62(16)}`,
        tenant: asker.tenant,
        kind: wish.kind,
        title: wish.title ?? titleOf(wish),
        params: { ...wish.params },
        askedBy: { type: 'person', id: asker.id, name: asker.name },
        priority: 2,
        createdAtMs: clock.nowMs(),
      };
      await bus.publish(renderSubject(request.kind), encodeJson(request), {
        msgId: `${request.tenant}.${request.id}`,
      });
      // The job itself is made by whoever takes the wish; it is in the queue from here on.
      return view({
        ...request,
        state: 'queued',
        stage: 'waiting',
        percent: 0,
        attempts: 0,
        artefacts: [],
        notes: [],
        costUsd: 0,
      });
    },
    list: (tenant) => ofTenant(tenant).slice(0, MAX_LISTED).map(view),
    get: (tenant, id) => {
      const job = jobs.get(`${tenant}.${id}`);
      if (job === undefined) throw new WeirError('RENDER_NOT_FOUND', `There is no render ${id}.`);
      return view(job);
    },
    cancel: async (tenant, id) => {
      if (jobs.get(`${tenant}.${id}`) === undefined)
        throw new WeirError('RENDER_NOT_FOUND', `There is no render ${id}.`);
      try {
        return view(await bus.request(renderCancelSubject, { tenant, id }, jobCodec));
      } catch (error) {
        throw itsOwn(error);
      }
    },
    tools: async () => await bus.request(renderToolsSubject, {}, toolsCodec, 2_000).catch(() => []),
    preview: async (tenant, wish) => {
      try {
        return await bus.request(renderPreviewSubject, { tenant, wish }, previewCodec, PREVIEW_TIMEOUT_MS);
      } catch (error) {
        throw itsOwn(error);
      }
    },
    estimate: async (tenant, wish) => {
      try {
        return await bus.request(renderEstimateSubject, { tenant, wish }, estimateCodec);
      } catch (error) {
        throw itsOwn(error);
      }
    },
    keepPicture: async (tenant, dataBase64) => {
      const bytes = new Uint8Array(Buffer.from(dataBase64, 'base64'));
      if (bytes.byteLength > MAX_PICTURE_BYTES || !isPicture(bytes))
        throw new WeirError('RENDER_PICTURE_INVALID', 'This is no PNG, JPEG or WebP of at most 6 MB.', {
          details: { in: 'body', field: 'dataBase64' },
        });
      const picture = createHash('sha256').update(bytes).digest('hex');
      await objects.put(pictureObject(tenant, picture), bytes);
      return { picture, bytes: bytes.byteLength };
    },
    schedules: (tenant) =>
      schedules
        .values()
        .filter((schedule) => schedule.tenant === tenant)
        .toSorted((a, b) => a.createdAtMs - b.createdAtMs)
        .map(scheduleView),
    addSchedule: async (asker, wish) => {
      refuseBad(wish, clock.nowMs());
      refuseStrangers(asker.tenant, wish);
      if (schedules.values().filter(({ tenant }) => tenant === asker.tenant).length >= MAX_SCHEDULES)
        throw new WeirError('GATEWAY_LIMIT_REACHED', `A tenant has at most ${MAX_SCHEDULES} schedules.`);
      const schedule: RenderSchedule = {
        ...wish,
        id: `sch_${randomBase62(12)}`,
        tenant: asker.tenant,
        createdAtMs: clock.nowMs(),
        createdBy: asker.id,
      };
      await schedules.create(`${asker.tenant}.${schedule.id}`, schedule);
      return scheduleView(schedule);
    },
    changeSchedule: async (tenant, id, wish) => {
      refuseBad(wish, clock.nowMs());
      const before = find(tenant, id);
      refuseStrangers(tenant, wish, before.recipients);
      const changed = await schedules.update(`${tenant}.${id}`, (current) => ({
        ...(current ?? before),
        ...wish,
      }));
      return scheduleView(changed ?? before);
    },
    removeSchedule: async (tenant, id) => {
      find(tenant, id);
      await schedules.delete(`${tenant}.${id}`);
    },
  };
}

const periodNames: ReadonlyMap<unknown, string> = new Map([
  ['day', 'Daily'],
  ['week', 'Weekly'],
  ['month', 'Monthly'],
  ['quarter', 'Quarterly'],
  ['year', 'Annual'],
  ['custom', 'Custom'],
]);

function titleOf({ kind, params }: RenderAsk): string {
  const { audience, period, text } = params;
  if (kind === 'report')
    return audience === 'investor' ? 'Investor report' : `${periodNames.get(period) ?? ''} report`.trim();
  return typeof text === 'string' ? `${kindNames[kind]}: ${text}`.slice(0, 200) : kindNames[kind];
}

function refuseBad({ cron, timeZone, title }: RenderScheduleRequest, nowMs: number): void {
  let next: number | null;
  try {
    next = nextCronMs(cron, timeZone, nowMs);
  } catch (error) {
    throw new WeirError(
      'RENDER_SCHEDULE_INVALID',
      error instanceof Error ? error.message : 'The cron line is wrong.',
      {
        details: { in: 'body', field: 'cron' },
      },
    );
  }
  if (next === null)
    throw new WeirError('RENDER_SCHEDULE_INVALID', `"${title}" would never run.`, {
      details: { in: 'body', field: 'cron' },
    });
}

/** By its first bytes; whether the rest is one, too, shows when it is drawn. */
function isPicture(bytes: Uint8Array): boolean {
  const starts = (text: string, at = 0): boolean =>
    Buffer.from(bytes.subarray(at, at + text.length)).toString('latin1') === text;
  return (
    starts('\u0089PNG\r\n\u001a\n') || starts('\u00ff\u00d8\u00ff') || (starts('RIFF') && starts('WEBP', 8))
  );
}

function codecOf(schema: TSchema): { check(value: unknown): { ok: true } | { ok: false; fault: string } } {
  const codec = createJsonCodec(schema);
  return {
    check: (value) => {
      const decoded = codec.check(value);
      return decoded.ok ? { ok: true } : { ok: false, fault: decoded.fault };
    },
  };
}

/** What the folder that renders threw, as if it had been thrown here. */
function itsOwn(error: unknown): unknown {
  if (!isWeirError(error)) return error;
  const code = error.details?.['remoteCode'];
  if (!isErrorCode(code) || !code.startsWith('RENDER_')) return error;
  return new WeirError(code, error.message.replace(/^render\.\w+: /, ''), { cause: error });
}

function isErrorCode(code: unknown): code is ErrorCode {
  return typeof code === 'string' && Object.hasOwn(errorCodes, code);
}
