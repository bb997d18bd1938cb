import type { Router } from 'express';
import type { TSchema } from '@sinclair/typebox';
import { Value } from '@sinclair/typebox/value';
import {
  PictureStored,
  RenderAsk,
  RenderList,
  RenderScheduleList,
  RenderScheduleRequest,
  RenderScheduleView,
  RenderView,
} from '../../platform/contracts/render.ts';

import {
  SlidePreview,
  SlidePreviewWish,
  VideoEstimate,
  VideoEstimateWish,
} from '../../platform/contracts/render-preview.ts';

/** What the fixtures' renders look like: one running, made ones of each kind, one that failed, a schedule. */
export interface RenderState {
  isEmpty: boolean;
  renders: RenderView[];
  schedules: RenderScheduleView[];
  /** Programs that are not installed. */
  missingTools: string[];
}

export const rendersContract: readonly (readonly [string, RegExp, TSchema])[] = [
  ['GET', /^\/renders$/, RenderList],
  ['POST', /^\/renders$/, RenderView],
  ['POST', /^\/renders\/[^/]+\/cancel$/, RenderView],
  ['POST', /^\/render-pictures$/, PictureStored],
  ['POST', /^\/render-previews$/, SlidePreview],
  ['POST', /^\/render-estimates$/, VideoEstimate],
  ['GET', /^\/render-schedules$/, RenderScheduleList],
  ['POST', /^\/render-schedules$/, RenderScheduleView],
  ['PUT', /^\/render-schedules\/[^/]+$/, RenderScheduleView],
];

const DAY_MS = 86_400_000;
/** One grey pixel, so that previews have something to show under the policy. */
const pixel =
  'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mOoqKj4DwAFAAJ/1fK3DgAAAABJRU5ErkJggg==#';

const artefact = (
  name: string,
  contentType: string,
  bytes: number,
  href = `/artefacts/main/r/${name}?until=1&sig=x`,
) => ({
  name,
  contentType,
  bytes,
  sha256: 'a'.repeat(64),
  expiresAtMs: Date.now() + 30 * DAY_MS,
  href,
});

function render(
  change: Partial<RenderView> & Pick<RenderView, 'id' | 'kind' | 'title' | 'state'>,
): RenderView {
  const isEnded = change.state !== 'queued' && change.state !== 'running';
  return {
    params: {},
    askedBy: { type: 'person', id: 'user:u1', name: 'Ada Marsh' },
    priority: 2,
    createdAtMs: Date.now() - 60_000,
    startedAtMs: Date.now() - 50_000,
    ...(isEnded ? { endedAtMs: Date.now() - 30_000 } : {}),
    stage: change.state,
    percent: change.state === 'done' ? 100 : 0,
    attempts: 1,
    notes: [],
    costUsd: 0,
    artefacts: [],
    ...change,
  };
}

export function createRenders(): Pick<RenderState, 'renders' | 'schedules' | 'missingTools'> {
  return {
    missingTools: [],
    renders: [
      render({
        id: 'r1',
        kind: 'report',
        title: 'Weekly report',
        state: 'running',
        stage: 'writing PDF',
        percent: 40,
      }),
      render({
        id: 'r2',
        kind: 'report',
        title: 'Monthly report',
        state: 'done',
        askedBy: { type: 'schedule', id: 's1', name: 'Monthly for the board' },
        artefacts: [
          artefact('monthly.pdf', 'application/pdf', 195_125),
          artefact(
            'monthly.xlsx',
            'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
            18_716,
          ),
          artefact('monthly.html', 'text/html; charset=utf-8', 40_810),
          artefact('monthly.png', 'image/png', 77_782, pixel),
        ],
      }),
      render({
        id: 'r3',
        kind: 'report',
        title: 'Annual report',
        state: 'failed',
        attempts: 3,
        error: { code: 'STORE_UNAVAILABLE', message: 'ClickHouse does not answer.' },
      }),
      render({
        id: 'r4',
        kind: 'thumbnail',
        title: 'Thumbnails: Ads fell',
        state: 'done',
        notes: [
          'thumbnail-headline-ink.png: the picture behind the text was covered by 60% so that it can be read.',
        ],
        artefacts: ['headline', 'split', 'figure'].map((name) =>
          artefact(`thumbnail-${name}-ink.png`, 'image/png', 50_000, pixel),
        ),
      }),
      render({
        id: 'r5',
        kind: 'video',
        title: 'Video',
        state: 'done',
        costUsd: 0.42,
        artefacts: [
          artefact('video.mp4', 'video/mp4', 6_396_424),
          artefact('captions.vtt', 'text/vtt; charset=utf-8', 1_180),
          artefact('video-thumbnail.png', 'image/png', 68_416, pixel),
        ],
      }),
    ],
    schedules: [
      {
        id: 's1',
        title: 'Monthly for the board',
        cron: '0 7 1 * *',
        timeZone: 'UTC',
        missed: 'latest',
        isOn: true,
        report: { period: 'month', formats: ['pdf', 'xlsx'], audience: 'investor' },
        recipients: ['c1'],
        createdAtMs: Date.now() - 40 * DAY_MS,
        createdBy: 'user:u1',
        nextRunMs: Date.now() + 5 * DAY_MS,
      },
    ],
  };
}

export function addRenderRoutes(api: Router, state: RenderState): void {
  api.get('/renders', (_req, res) => {
    const tools = ['ffmpeg', 'espeak-ng'].map((name) => ({
      name,
      isThere: !state.missingTools.includes(name),
      without: 'no videos; everything else works',
    }));
    res.json({ renders: state.isEmpty ? [] : state.renders, tools });
  });
  api.post('/renders', (req, res) => {
    const wish: RenderAsk = Value.Parse(RenderAsk, req.body);
    const { kind, params } = wish;
    const made = render({
      id: `r${state.renders.length + 1}`,
      kind,
      title: `New ${kind}`,
      state: 'queued',
      stage: 'waiting',
      params,
    });
    state.renders.unshift(made);
    res.status(202).json(made);
  });
  api.post(
    '/render-pictures',
    (_req, res) => void res.status(201).json({ picture: 'b'.repeat(64), bytes: 100 }),
  );
  api.post('/renders/:id/cancel', (req, res) => {
    state.renders = state.renders.map((each) =>
      each.id === req.params.id
        ? { ...each, state: 'cancelled', stage: 'cancelled', endedAtMs: Date.now() }
        : each,
    );
    res.json(state.renders.find(({ id }) => id === req.params.id));
  });
  api.post('/render-previews', (req, res) => {
    const { slide } = Value.Parse(SlidePreviewWish, req.body);
    const caption = 'narration' in slide ? (slide.narration ?? '') : '';
    res.json({ pngBase64: pixel.slice(pixel.indexOf(',') + 1, -1), width: 960, height: 540, caption });
  });
  api.post('/render-estimates', (req, res) => {
    const { slides } = Value.Parse(VideoEstimateWish, req.body);
    res.json({
      seconds: 4 * slides.length,
      spokenBy: 'espeak',
      note: '',
      costUsd: 0,
      costLimitUsd: 3,
      makeSeconds: { low: 12, high: 48 },
      ahead: 1,
    });
  });
  api.get(
    '/render-schedules',
    (_req, res) => void res.json({ schedules: state.isEmpty ? [] : state.schedules }),
  );
  api.post('/render-schedules', (req, res) => {
    const wish = Value.Parse(RenderScheduleRequest, req.body);
    if (wish.cron.includes('61')) {
      res.status(422).json({
        type: 'urn:weir:error:RENDER_SCHEDULE_INVALID',
        title: 'Render schedule invalid',
        status: 422,
        detail: 'The minute is out of range.',
        code: 'RENDER_SCHEDULE_INVALID',
        retry: 'never',
        mend: 'Give a cron line of five fields.',
        traceId: 't',
        details: { in: 'body', field: 'cron' },
      });
      return;
    }
    const schedule = {
      ...wish,
      id: 's2',
      createdAtMs: Date.now(),
      createdBy: 'user:u1',
      nextRunMs: Date.now() + DAY_MS,
    };
    state.schedules.push(schedule);
    res.status(201).json(schedule);
  });
  api.put('/render-schedules/:id', (req, res) => {
    const wish = Value.Parse(RenderScheduleRequest, req.body);
    state.schedules = state.schedules.map((each) =>
      each.id === req.params.id
        ? { ...each, ...wish, nextRunMs: wish.isOn ? Date.now() + DAY_MS : null }
        : each,
    );
    res.json(state.schedules.find(({ id }) => id === req.params.id));
  });
  api.delete('/render-schedules/:id', (req, res) => {
    state.schedules = state.schedules.filter(({ id }) => id !== req.params.id);
    res.status(204).end();
  });
}
