import { Type } from '@sinclair/typebox';
import { renderParams } from '../../platform/contracts/render-params.ts';
import {
  PictureStored,
  PictureUpload,
  RenderAsk,
  RenderId,
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
import { principalOf, type Caller } from '../http/caller.ts';
import { defineRoute, noBody, none, noReply, type Route } from '../http/route.ts';
import type { Asker, RenderDesk } from './render-desk.ts';

const tag = 'Renders';
const path = '/api/v1/renders';
const schedulePath = '/api/v1/render-schedules';
const IdPath = Type.Object({ id: RenderId }, { additionalProperties: false });
const uploadLimitBytes = 8_100_000;

/** Reports, charts, thumbnails and videos: ask, follow, cancel, fetch; schedules of reports. */
export function renderRoutes(desk: RenderDesk, nameOf: (subject: string) => string): Route[] {
  const askerOf = (caller: Caller): Asker => {
    const { subject, tenant } = principalOf(caller);
    return { tenant, id: subject, name: nameOf(subject) };
  };
  return [
    defineRoute({
      method: 'POST',
      path,
      tag,
      summary: 'Asks for a report, chart, thumbnails or a video. It is made in the background.',
      description:
        'The answer is the job as it begins; GET it until `state` is done, failed or cancelled. The same wish sent twice is two jobs.',
      guard: 'kpis:write',
      params: none,
      query: none,
      body: RenderAsk,
      status: 202,
      reply: RenderView,
      errors: ['RENDER_PARAMS_INVALID', 'GATEWAY_LIMIT_REACHED', 'BUS_STREAM_FULL'],
      handle: async ({ body, caller, setHeader }) => {
        const made = await desk.ask(askerOf(caller), body);
        setHeader('Location', `${path}/${made.id}`);
        return made;
      },
    }),
    defineRoute({
      method: 'GET',
      path,
      tag,
      summary:
        'Renders of the tenant, the newest first, at most 100; and which programs beside Weir are missing.',
      description: 'Each artefact has a link that works without a credential for half an hour at least.',
      guard: 'query:read',
      params: none,
      query: none,
      body: noBody,
      reply: RenderList,
      handle: async ({ caller }) => ({
        renders: [...desk.list(principalOf(caller).tenant)],
        tools: await desk.tools(),
      }),
    }),
    defineRoute({
      method: 'GET',
      path: `${path}/{id}`,
      tag,
      summary: 'One render.',
      guard: 'query:read',
      params: IdPath,
      query: none,
      body: noBody,
      reply: RenderView,
      errors: ['RENDER_NOT_FOUND'],
      handle: async ({ caller, params }) => desk.get(principalOf(caller).tenant, params.id),
    }),
    defineRoute({
      method: 'POST',
      path: `${path}/{id}/cancel`,
      tag,
      summary: 'Cancels a render that waits or runs.',
      guard: 'kpis:write',
      params: IdPath,
      query: none,
      body: noBody,
      reply: RenderView,
      errors: ['RENDER_NOT_FOUND', 'RENDER_ENDED', 'BUS_REQUEST_FAILED'],
      handle: async ({ caller, params }) => await desk.cancel(principalOf(caller).tenant, params.id),
    }),
    defineRoute({
      method: 'POST',
      path: '/api/v1/render-pictures',
      tag,
      summary: 'Stores a picture for thumbnails and videos; the answer’s `picture` names it.',
      guard: 'kpis:write',
      params: none,
      query: none,
      body: PictureUpload,
      bodyLimitBytes: uploadLimitBytes,
      status: 201,
      reply: PictureStored,
      errors: ['RENDER_PICTURE_INVALID', 'BUS_STREAM_FULL'],
      handle: async ({ body, caller }) => await desk.keepPicture(principalOf(caller).tenant, body.dataBase64),
    }),
    defineRoute({
      method: 'POST',
      path: '/api/v1/render-previews',
      tag,
      summary: 'One slide of a storyboard as PNG, drawn by what draws the video; nothing is kept.',
      guard: 'query:read',
      params: none,
      query: none,
      body: SlidePreviewWish,
      reply: SlidePreview,
      errors: [
        'RENDER_BUSY',
        'RENDER_PARAMS_INVALID',
        'RENDER_TEXT_TOO_LONG',
        'RENDER_PICTURE_INVALID',
        'RENDER_TIMEOUT',
        'BUS_REQUEST_FAILED',
      ],
      handle: async ({ body, caller }) => await desk.preview(principalOf(caller).tenant, body),
    }),
    defineRoute({
      method: 'POST',
      path: '/api/v1/render-estimates',
      tag,
      summary: 'How long a video of these slides will be, what it costs, and how long making it takes.',
      guard: 'query:read',
      params: none,
      query: none,
      body: VideoEstimateWish,
      reply: VideoEstimate,
      errors: ['BUS_REQUEST_FAILED'],
      handle: async ({ body, caller }) => await desk.estimate(principalOf(caller).tenant, body),
    }),
    defineRoute({
      method: 'GET',
      path: schedulePath,
      tag,
      summary: 'Schedules of reports with their next run.',
      guard: 'query:read',
      params: none,
      query: none,
      body: noBody,
      reply: RenderScheduleList,
      handle: async ({ caller }) => ({ schedules: [...desk.schedules(principalOf(caller).tenant)] }),
    }),
    defineRoute({
      method: 'POST',
      path: schedulePath,
      tag,
      summary: 'Adds a schedule: a report at the local times of a cron line.',
      guard: 'kpis:write',
      params: none,
      query: none,
      body: RenderScheduleRequest,
      status: 201,
      reply: RenderScheduleView,
      errors: ['RENDER_SCHEDULE_INVALID', 'GATEWAY_LIMIT_REACHED'],
      handle: async ({ body, caller }) => await desk.addSchedule(askerOf(caller), body),
    }),
    defineRoute({
      method: 'PUT',
      path: `${schedulePath}/{id}`,
      tag,
      summary: 'Replaces a schedule; `isOn: false` pauses it.',
      guard: 'kpis:write',
      params: IdPath,
      query: none,
      body: RenderScheduleRequest,
      reply: RenderScheduleView,
      errors: ['RENDER_NOT_FOUND', 'RENDER_SCHEDULE_INVALID'],
      handle: async ({ body, caller, params }) =>
        await desk.changeSchedule(principalOf(caller).tenant, params.id, body),
    }),
    defineRoute({
      method: 'DELETE',
      path: `${schedulePath}/{id}`,
      tag,
      summary: 'Removes a schedule; what it had made stays.',
      guard: 'kpis:write',
      params: IdPath,
      query: none,
      body: noBody,
      status: 204,
      reply: noReply,
      errors: ['RENDER_NOT_FOUND'],
      handle: async ({ caller, params }) => await desk.removeSchedule(principalOf(caller).tenant, params.id),
    }),
  ];
}

/** Schemas that have a name in the OpenAPI document. */
export const renderSchemas = {
  ReportParams: renderParams.report,
  ChartParams: renderParams.chart,
  ThumbnailParams: renderParams.thumbnail,
  VideoParams: renderParams.video,
  RenderAsk,
  RenderView,
  RenderList,
  PictureUpload,
  PictureStored,
  SlidePreviewWish,
  SlidePreview,
  VideoEstimateWish,
  VideoEstimate,
  RenderScheduleRequest,
  RenderScheduleView,
  RenderScheduleList,
};
