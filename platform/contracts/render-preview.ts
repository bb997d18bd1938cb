import { Type, type Static } from '@sinclair/typebox';
import { palettes } from './render-names.ts';
import { Slide, voices } from './render-params.ts';
import { TENANT_PATTERN } from './subjects.ts';

/** Looks at a storyboard before a video is asked for. Both are core requests that change nothing and keep nothing. */

const Tenant = Type.String({ pattern: TENANT_PATTERN });
const closed = { additionalProperties: false };

/** Core request `render.preview`: one slide, drawn by what draws the video. */
export const renderPreviewSubject = 'render.preview';
export const SlidePreviewWish = Type.Object(
  {
    slide: Slide,
    palette: Type.Optional(Type.Union(palettes.map((name) => Type.Literal(name)))),
    /** Where it stands among the slides, from 0. */
    index: Type.Integer({ minimum: 0, maximum: 39 }),
    count: Type.Integer({ minimum: 1, maximum: 40 }),
  },
  closed,
);
export type SlidePreviewWish = Static<typeof SlidePreviewWish>;
export const SlidePreviewAsk = Type.Object({ tenant: Tenant, wish: SlidePreviewWish });
export const SlidePreview = Type.Object({
  pngBase64: Type.String(),
  width: Type.Integer(),
  height: Type.Integer(),
  /** First line of what its captions say; '' for a silent slide. */
  caption: Type.String(),
});
export type SlidePreview = Static<typeof SlidePreview>;

/** Core request `render.estimate`: how long a video will be, what it costs and how long making it takes. */
export const renderEstimateSubject = 'render.estimate';
export const VideoEstimateWish = Type.Object(
  {
    slides: Type.Array(Slide, { minItems: 1, maxItems: 40 }),
    voice: Type.Optional(Type.Union(voices.map((voice) => Type.Literal(voice)))),
  },
  closed,
);
export type VideoEstimateWish = Static<typeof VideoEstimateWish>;
export const VideoEstimateAsk = Type.Object({ tenant: Tenant, wish: VideoEstimateWish });
export const VideoEstimate = Type.Object({
  /** Length of the video. Exact where nobody speaks, else by the pace of the voice. */
  seconds: Type.Number(),
  spokenBy: Type.Union([Type.Literal('openai'), Type.Literal('espeak'), Type.Literal('none')]),
  /** Why nobody speaks though somebody should; '' otherwise. */
  note: Type.String(),
  costUsd: Type.Number(),
  costLimitUsd: Type.Number(),
  /** What it takes alone on a core, and on a machine that is busy. */
  makeSeconds: Type.Object({ low: Type.Number(), high: Type.Number() }),
  /** Renders of all tenants that wait or run before it. */
  ahead: Type.Integer(),
});
export type VideoEstimate = Static<typeof VideoEstimate>;
