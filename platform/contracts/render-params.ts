import { Type, type Static, type TSchema } from '@sinclair/typebox';
import { palettes, reportFormats, reportPeriods, thumbnailTemplates } from './render-names.ts';

/** What each kind of render takes as `params`. */

const closed = { additionalProperties: false };
const oneOf = <const T extends string>(values: readonly T[], description?: string) =>
  Type.Union(
    values.map((value) => Type.Literal(value)),
    description === undefined ? {} : { description },
  );
const Instant = Type.Integer({ minimum: 0, maximum: 10_413_792_000_000 });

const papers = ['A4', 'Letter'] as const;
export type Paper = (typeof papers)[number];

export const ReportParams = Type.Object(
  {
    period: oneOf(reportPeriods, 'The last complete one before `atMs`; custom takes fromMs and toMs'),
    audience: Type.Optional(
      oneOf(
        ['management', 'investor'],
        'investor: the figures an investor reads first; management when absent',
      ),
    ),
    /** The moment asked about; the moment of asking when absent. */
    atMs: Type.Optional(Instant),
    fromMs: Type.Optional(Instant),
    toMs: Type.Optional(Instant),
    formats: Type.Array(oneOf(reportFormats), {
      minItems: 1,
      maxItems: reportFormats.length,
      uniqueItems: true,
    }),
    paper: Type.Optional(oneOf(papers, 'A4 when absent')),
  },
  closed,
);
export type ReportParams = Static<typeof ReportParams>;

export const ChartParams = Type.Object(
  {
    /** Key of a KPI. */
    kpi: Type.String({ pattern: '^[a-z][a-z0-9_]{0,63}$' }),
    fromMs: Instant,
    toMs: Instant,
    grain: oneOf(['1h', '1d', '1mo']),
    by: Type.Optional(oneOf(['channel', 'country', 'stream'])),
    theme: Type.Optional(oneOf(['light', 'dark'])),
  },
  closed,
);
export type ChartParams = Static<typeof ChartParams>;

/** Lower-case hex SHA-256 of an uploaded picture. */
export const PictureId = Type.String({ pattern: '^[0-9a-f]{64}$' });
const Colour = Type.String({ pattern: '^#[0-9a-f]{6}$' });

export const ThumbnailParams = Type.Object(
  {
    text: Type.String({ minLength: 1, maxLength: 200 }),
    /** Small line above. */
    kicker: Type.Optional(Type.String({ maxLength: 60 })),
    /** The one number of template `figure`. */
    figure: Type.Optional(Type.String({ maxLength: 12 })),
    picture: Type.Optional(PictureId),
    templates: Type.Array(oneOf(thumbnailTemplates), { minItems: 1, maxItems: 3, uniqueItems: true }),
    palettes: Type.Array(oneOf(palettes), { minItems: 1, maxItems: 4, uniqueItems: true }),
    /** In place of the palettes' own. */
    accent: Type.Optional(Colour),
  },
  closed,
);
export type ThumbnailParams = Static<typeof ThumbnailParams>;

const narration = Type.Optional(
  Type.String({ maxLength: 1_500, description: 'Spoken; its captions follow it' }),
);
const seconds = Type.Optional(
  Type.Number({ minimum: 0.5, maximum: 60, description: 'At least; longer where its narration is' }),
);
export const Slide = Type.Union([
  Type.Object(
    {
      kind: Type.Literal('title'),
      title: Type.String({ maxLength: 120 }),
      subtitle: Type.Optional(Type.String({ maxLength: 160 })),
      narration,
      seconds,
    },
    closed,
  ),
  Type.Object(
    {
      kind: Type.Literal('text'),
      title: Type.String({ maxLength: 120 }),
      lines: Type.Array(Type.String({ maxLength: 200 }), { minItems: 1, maxItems: 6 }),
      narration,
      seconds,
    },
    closed,
  ),
  Type.Object(
    {
      kind: Type.Literal('figures'),
      title: Type.String({ maxLength: 120 }),
      figures: Type.Array(
        Type.Object(
          {
            label: Type.String({ maxLength: 60 }),
            value: Type.String({ maxLength: 24 }),
            note: Type.String({ maxLength: 80 }),
          },
          closed,
        ),
        { minItems: 1, maxItems: 6 },
      ),
      narration,
      seconds,
    },
    closed,
  ),
  Type.Object(
    {
      /** Values of KPIs over whole days of the tenant's zone, beside the same length before; read when the slide is drawn. */
      kind: Type.Literal('kpis'),
      title: Type.String({ maxLength: 120 }),
      kpis: Type.Array(Type.String({ pattern: '^[a-z][a-z0-9_]{0,63}$' }), {
        minItems: 1,
        maxItems: 6,
        uniqueItems: true,
      }),
      fromMs: Instant,
      toMs: Instant,
      narration,
      seconds,
    },
    closed,
  ),
  Type.Object(
    {
      kind: Type.Literal('chart'),
      title: Type.String({ maxLength: 120 }),
      chart: ChartParams,
      narration,
      seconds,
    },
    closed,
  ),
  Type.Object(
    {
      kind: Type.Literal('picture'),
      title: Type.Optional(Type.String({ maxLength: 120 })),
      picture: PictureId,
      narration,
      seconds,
    },
    closed,
  ),
]);
export type Slide = Static<typeof Slide>;

export const voices = ['auto', 'openai', 'espeak', 'none'] as const;
export const VideoParams = Type.Object(
  {
    /** Told slide by slide, or made from a report. */
    slides: Type.Optional(Type.Array(Slide, { minItems: 1, maxItems: 40 })),
    report: Type.Optional(Type.Pick(ReportParams, ['period', 'atMs', 'fromMs', 'toMs', 'audience'])),
    voice: Type.Optional(
      oneOf(voices, 'auto: OpenAI speech when configured, else espeak-ng, else captions alone'),
    ),
    /** Captions are always beside the video; with this they are in the picture, too. */
    burnCaptions: Type.Optional(Type.Boolean()),
    palette: Type.Optional(oneOf(palettes)),
  },
  closed,
);
export type VideoParams = Static<typeof VideoParams>;

export const renderParams = {
  report: ReportParams,
  chart: ChartParams,
  thumbnail: ThumbnailParams,
  video: VideoParams,
} as const satisfies Readonly<Record<string, TSchema>>;
