import type { RenderList, RenderScheduleView, RenderView } from '../../platform/contracts/render.ts';
import type { SlidePreview, VideoEstimate } from '../../platform/contracts/render-preview.ts';
import { renderKinds, renderStates } from '../../platform/contracts/render-names.ts';
import {
  arrayOf,
  isBoolean,
  isNumber,
  isRecord,
  isString,
  nullable,
  object,
  oneOf,
  optional,
  type Guard,
} from './guard.ts';

export const isRender: Guard<RenderView> = object<RenderView>({
  id: isString,
  kind: oneOf(renderKinds),
  title: isString,
  params: isRecord,
  askedBy: object<RenderView['askedBy']>({
    type: oneOf(['decision', 'person', 'schedule']),
    id: isString,
    name: isString,
  }),
  priority: isNumber,
  createdAtMs: isNumber,
  state: oneOf(renderStates),
  stage: isString,
  percent: isNumber,
  attempts: isNumber,
  notes: arrayOf(isString),
  summary: optional(arrayOf(isString)),
  costUsd: isNumber,
  startedAtMs: optional(isNumber),
  endedAtMs: optional(isNumber),
  error: optional(object<{ code: string; message: string }>({ code: isString, message: isString })),
  artefacts: arrayOf(
    object<RenderView['artefacts'][number]>({
      name: isString,
      contentType: isString,
      bytes: isNumber,
      sha256: isString,
      expiresAtMs: isNumber,
      href: isString,
    }),
  ),
});

export const isRenderList: Guard<RenderList> = object<RenderList>({
  renders: arrayOf(isRender),
  tools: arrayOf(
    object<RenderList['tools'][number]>({ name: isString, isThere: isBoolean, without: isString }),
  ),
});

export const isRenderSchedule: Guard<RenderScheduleView> = object<RenderScheduleView>({
  id: isString,
  title: isString,
  cron: isString,
  timeZone: isString,
  missed: oneOf(['latest', 'skip']),
  report: (value): value is RenderScheduleView['report'] =>
    isRecord(value) && isString(value['period']) && Array.isArray(value['formats']),
  recipients: optional(arrayOf(isString)),
  isOn: isBoolean,
  createdAtMs: isNumber,
  createdBy: isString,
  nextRunMs: nullable(isNumber),
});

export const isRenderScheduleList: Guard<{ schedules: RenderScheduleView[] }> = object<{
  schedules: RenderScheduleView[];
}>({
  schedules: arrayOf(isRenderSchedule),
});

export const isPictureStored: Guard<{ picture: string; bytes: number }> = object<{
  picture: string;
  bytes: number;
}>({
  picture: isString,
  bytes: isNumber,
});

export const isSlidePreview: Guard<SlidePreview> = object<SlidePreview>({
  pngBase64: isString,
  width: isNumber,
  height: isNumber,
  caption: isString,
});

export const isVideoEstimate: Guard<VideoEstimate> = object<VideoEstimate>({
  seconds: isNumber,
  spokenBy: oneOf(['openai', 'espeak', 'none']),
  note: isString,
  costUsd: isNumber,
  costLimitUsd: isNumber,
  makeSeconds: object<VideoEstimate['makeSeconds']>({ low: isNumber, high: isNumber }),
  ahead: isNumber,
});
