import type { Slide } from '../../platform/contracts/render-params.ts';
import type { Zone } from '../data/zone-time.ts';

/** A storyboard as it is being written. Days are named by how many whole ones lie behind, so that a draft of yesterday tells today's. */

export const slideKinds = ['title', 'kpis', 'chart', 'text', 'picture'] as const;
export type SlideKind = (typeof slideKinds)[number];

interface Shared {
  /** Unique in the draft, for as long as the page is open. */
  readonly id: number;
  readonly title: string;
  readonly narration: string;
  /** At least; longer where its narration is. */
  readonly seconds: number;
}
export type SlideDraft = Shared &
  (
    | { readonly kind: 'title'; readonly subtitle: string }
    | { readonly kind: 'kpis'; readonly kpis: readonly string[]; readonly days: number }
    | { readonly kind: 'chart'; readonly kpi: string; readonly by: ChartCut; readonly days: number }
    /** A line of the slide a line of the text. */
    | { readonly kind: 'text'; readonly lines: string }
    | { readonly kind: 'picture'; readonly picture: string }
  );

export const chartCuts = ['', 'channel', 'country', 'stream'] as const;
export type ChartCut = (typeof chartCuts)[number];
export const MAX_SLIDES = 40;
export const MAX_KPIS = 6;
export const MAX_LINES = 6;

export function emptySlide(kind: SlideKind, id: number): SlideDraft {
  const shared = { id, title: '', narration: '', seconds: 4 };
  switch (kind) {
    case 'title':
      return { ...shared, kind, subtitle: '' };
    case 'kpis':
      return { ...shared, kind, title: 'The figures', kpis: ['total_revenue', 'views', 'profit'], days: 7 };
    case 'chart':
      return { ...shared, kind, title: 'Revenue a day', kpi: 'total_revenue', by: '', days: 28 };
    case 'text':
      return { ...shared, kind, title: '', lines: '' };
    case 'picture':
      return { ...shared, kind, picture: '' };
  }
}

/** What a storyboard begins as: the week in figures, its chart, and what comes next. */
export function firstStoryboard(tenant: string): readonly SlideDraft[] {
  return [
    {
      ...emptySlide('title', 1),
      kind: 'title',
      title: 'The week in figures',
      subtitle: tenant,
      narration: `${tenant}: the week in figures.`,
      seconds: 3,
    },
    { ...emptySlide('kpis', 2), narration: 'Revenue, views and profit of the last seven days.' },
    { ...emptySlide('chart', 3), narration: 'Revenue a day over the last four weeks.' },
    {
      ...emptySlide('text', 4),
      kind: 'text',
      title: 'What comes next',
      lines: 'Say here what you are going to do.',
    },
  ];
}

/** Why a slide cannot be made yet; undefined where it can. */
export function missingOf(slide: SlideDraft): string | undefined {
  switch (slide.kind) {
    case 'title':
      return slide.title.trim() === '' ? 'It needs a title.' : undefined;
    case 'kpis':
      return slide.kpis.length === 0 ? 'Choose at least one KPI.' : undefined;
    case 'chart':
      return slide.kpi === '' ? 'Choose a KPI.' : undefined;
    case 'text':
      return linesOf(slide.lines).length === 0 ? 'It needs a line of text.' : undefined;
    case 'picture':
      return slide.picture === '' ? 'Upload a picture.' : undefined;
  }
}

/** The slide as it is asked for: whole days of the tenant's zone that end before today. */
export function slideOf(slide: SlideDraft, zone: Zone, nowMs: number): Slide {
  const shared = {
    ...(slide.narration.trim() === '' ? {} : { narration: slide.narration.trim() }),
    seconds: slide.seconds,
  };
  const title = slide.title.trim();
  const toMs = zone.startOf('1d', nowMs);
  const span = (days: number) => ({ fromMs: zone.addDays(toMs, -days), toMs });
  switch (slide.kind) {
    case 'title': {
      const subtitle = slide.subtitle.trim();
      return { kind: 'title', title, ...(subtitle === '' ? {} : { subtitle }), ...shared };
    }
    case 'kpis':
      return { kind: 'kpis', title, kpis: [...slide.kpis], ...span(slide.days), ...shared };
    case 'chart':
      return {
        kind: 'chart',
        title,
        chart: {
          kpi: slide.kpi,
          grain: '1d',
          ...span(slide.days),
          ...(slide.by === '' ? {} : { by: slide.by }),
        },
        ...shared,
      };
    case 'text':
      return { kind: 'text', title, lines: linesOf(slide.lines), ...shared };
    case 'picture':
      return { kind: 'picture', picture: slide.picture, ...(title === '' ? {} : { title }), ...shared };
  }
}

export function moved(slides: readonly SlideDraft[], from: number, by: number): readonly SlideDraft[] {
  const to = from + by;
  const slide = slides[from];
  if (slide === undefined || to < 0 || to >= slides.length) return slides;
  return slides.toSpliced(from, 1).toSpliced(to, 0, slide);
}

function linesOf(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim().slice(0, 200))
    .filter((line) => line !== '')
    .slice(0, MAX_LINES);
}

/** A draft that was kept; undefined for anything else, such as one of another version. */
export function readStoryboard(text: string | null): readonly SlideDraft[] | undefined {
  if (text === null) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    if (!Array.isArray(value) || value.length === 0 || value.length > MAX_SLIDES) return undefined;
    return value.every(isSlideDraft) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isSlideDraft(value: unknown): value is SlideDraft {
  if (typeof value !== 'object' || value === null) return false;
  const field = (name: string): unknown => Reflect.get(value, name);
  const isText = (name: string): boolean => typeof field(name) === 'string';
  const isCount = (name: string): boolean => typeof field(name) === 'number' && Number.isFinite(field(name));
  if (!isCount('id') || !isCount('seconds') || !isText('title') || !isText('narration')) return false;
  switch (field('kind')) {
    case 'title':
      return isText('subtitle');
    case 'kpis': {
      const kpis = field('kpis');
      return isCount('days') && Array.isArray(kpis) && kpis.every((each) => typeof each === 'string');
    }
    case 'chart':
      return isText('kpi') && isCount('days') && chartCuts.some((cut) => cut === field('by'));
    case 'text':
      return isText('lines');
    case 'picture':
      return isText('picture');
    default:
      return false;
  }
}
