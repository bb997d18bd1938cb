import type {
  SlidePreview,
  SlidePreviewWish,
  VideoEstimate,
  VideoEstimateWish,
} from '../../platform/contracts/render-preview.ts';
import type {
  RenderAsk,
  RenderList,
  RenderScheduleRequest,
  RenderScheduleView,
  RenderView,
} from '../../platform/contracts/render.ts';
import { apiPath } from './api-path.ts';
import { isUnknown } from './guard.ts';
import type { Http } from './http.ts';
import {
  isPictureStored,
  isRender,
  isRenderList,
  isRenderSchedule,
  isRenderScheduleList,
  isSlidePreview,
  isVideoEstimate,
} from './wire-renders.ts';

/** Routes of reports, thumbnails and videos. Each throws ApiError. */
export interface RendersApi {
  readonly renders: () => Promise<RenderList>;
  readonly askRender: (body: RenderAsk) => Promise<RenderView>;
  readonly cancelRender: (id: string) => Promise<RenderView>;
  readonly previewSlide: (body: SlidePreviewWish) => Promise<SlidePreview>;
  readonly estimateVideo: (body: VideoEstimateWish) => Promise<VideoEstimate>;
  readonly keepPicture: (dataBase64: string) => Promise<{ picture: string; bytes: number }>;
  readonly renderSchedules: () => Promise<{ schedules: RenderScheduleView[] }>;
  readonly addRenderSchedule: (body: RenderScheduleRequest) => Promise<RenderScheduleView>;
  readonly changeRenderSchedule: (id: string, body: RenderScheduleRequest) => Promise<RenderScheduleView>;
  readonly removeRenderSchedule: (id: string) => Promise<unknown>;
}

export function createRendersApi({ request }: Pick<Http, 'request'>): RendersApi {
  return {
    renders: () => request({ method: 'GET', path: apiPath('renders') }, isRenderList),
    askRender: (body) => request({ method: 'POST', path: apiPath('renders'), body }, isRender),
    cancelRender: (id) => request({ method: 'POST', path: apiPath('renders', id, 'cancel') }, isRender),
    previewSlide: (body) =>
      request({ method: 'POST', path: apiPath('render-previews'), body }, isSlidePreview),
    estimateVideo: (body) =>
      request({ method: 'POST', path: apiPath('render-estimates'), body }, isVideoEstimate),
    keepPicture: (dataBase64) =>
      request({ method: 'POST', path: apiPath('render-pictures'), body: { dataBase64 } }, isPictureStored),
    renderSchedules: () =>
      request({ method: 'GET', path: apiPath('render-schedules') }, isRenderScheduleList),
    addRenderSchedule: (body) =>
      request({ method: 'POST', path: apiPath('render-schedules'), body }, isRenderSchedule),
    changeRenderSchedule: (id, body) =>
      request({ method: 'PUT', path: apiPath('render-schedules', id), body }, isRenderSchedule),
    removeRenderSchedule: (id) =>
      request({ method: 'DELETE', path: apiPath('render-schedules', id) }, isUnknown),
  };
}
