import type { ChartSpec } from '../../platform/contracts/chart-spec.ts';
import type { PaletteName, ReportFormat } from '../../platform/contracts/render-names.ts';
import type { Paper, ThumbnailParams } from '../../platform/contracts/render-params.ts';
import type { Report } from '../report/model.ts';

/** What the work process is given: plain data, complete, so that it needs neither NATS nor ClickHouse. Pictures are files in its folder. */
export type Task =
  | {
      readonly kind: 'report';
      readonly report: Report;
      readonly formats: readonly ReportFormat[];
      readonly paper: Paper;
    }
  | {
      readonly kind: 'chart';
      readonly title: string;
      readonly spec: ChartSpec;
      readonly theme: 'light' | 'dark';
      readonly currency: string;
      readonly timeZone: string;
    }
  | { readonly kind: 'thumbnail'; readonly params: ThumbnailParams; readonly picture: string | undefined }
  | { readonly kind: 'video'; readonly video: VideoTask }
  /** One slide of a video as PNG, no larger than `maxBytes`. */
  | {
      readonly kind: 'slide';
      readonly slide: VideoSlide;
      readonly look: SlideLook;
      readonly index: number;
      readonly count: number;
      readonly width: number;
      readonly height: number;
      readonly maxBytes: number;
    };

/** What all slides of a video share. */
export interface SlideLook {
  readonly palette: PaletteName;
  readonly badge: string | undefined;
  readonly currency: string;
  readonly timeZone: string;
}

export interface VideoTask extends SlideLook {
  readonly title: string;
  readonly slides: readonly VideoSlide[];
  readonly burnCaptions: boolean;
  /** How it is spoken; undefined speech means there is no service for it. */
  readonly voice: 'auto' | 'openai' | 'espeak' | 'none';
  readonly speech: SpeechSettings | undefined;
  readonly costLimitUsd: number;
}

export interface SpeechSettings {
  readonly baseUrl: string | undefined;
  readonly key: string;
  readonly model: string;
  readonly usdPerMillionCharacters: number;
}

export type SlideContent =
  | { readonly kind: 'title'; readonly title: string; readonly subtitle: string | undefined }
  | { readonly kind: 'text'; readonly title: string; readonly lines: readonly string[] }
  | {
      readonly kind: 'figures';
      readonly title: string;
      readonly figures: readonly { readonly label: string; readonly value: string; readonly note: string }[];
    }
  | { readonly kind: 'chart'; readonly title: string; readonly spec: ChartSpec }
  | { readonly kind: 'picture'; readonly title: string | undefined; readonly picture: string };

export interface VideoSlide {
  readonly content: SlideContent;
  readonly narration: string;
  /** It is shown at least so long. */
  readonly seconds: number;
}

/** What the work process says. */
export type FromWork =
  | { readonly kind: 'progress'; readonly stage: string; readonly percent: number }
  | {
      readonly kind: 'done';
      readonly files: readonly { readonly name: string; readonly contentType: string }[];
      readonly notes: readonly string[];
      readonly summary?: readonly string[];
      readonly costUsd: number;
      /** CPU time of the process itself, without programs it started. */
      readonly cpuMs: number;
    }
  | { readonly kind: 'failed'; readonly code: string; readonly message: string };

export interface MadeInFolder {
  readonly files: readonly { readonly name: string; readonly contentType: string }[];
  readonly notes: readonly string[];
  /** What a report says first. */
  readonly summary?: readonly string[];
  readonly costUsd: number;
}

export interface MadeBytes {
  readonly name: string;
  readonly contentType: string;
  readonly bytes: Uint8Array;
}

export type Tell = (stage: string, percent: number) => void;
