import type { VideoEstimate } from '../../platform/contracts/render-preview.ts';
import { readingMs } from './captions.ts';
import type { Speaker } from './narration.ts';
import { FPS } from './encode.ts';
import { PAUSE_MS } from './timing.ts';

export interface EstimatedSlide {
  readonly narration: string;
  /** It is shown at least so long. */
  readonly seconds: number;
}

/** Characters a second: espeak-ng at its 158 words a minute as measured on a paragraph of a report, and what the speech service does about. */
const CHARS_PER_SECOND = { espeak: 12.7, openai: 15 } as const;
/** By `npm run bench -- render`: the process and its libraries, a slide drawn, a second of video encoded, a second of speech made and joined. */
const START_SECONDS = 1.5;
const SLIDE_SECONDS = 0.6;
const ENCODE_SECONDS_PER_SECOND = 0.25;
const SPEECH_SECONDS_PER_SECOND = { espeak: 0.1, openai: 0.35, none: 0.03 } as const;
/** Where the machine serves the dashboards and counts events at the same time. */
const BUSY_FACTOR = 4;

/** Length, cost and time of a video before it is made. Pure; the video itself is timed by the sound that was made (`make-video.ts`). */
export function estimateOf(
  slides: readonly EstimatedSlide[],
  speaker: Speaker,
): Omit<VideoEstimate, 'ahead' | 'costLimitUsd'> {
  const frame = 1_000 / FPS;
  let totalMs = 0;
  let spokenMs = 0;
  for (const { narration, seconds } of slides) {
    const said =
      narration === ''
        ? 0
        : speaker.kind === 'none'
          ? readingMs(narration)
          : (1_000 * narration.length) / CHARS_PER_SECOND[speaker.kind];
    spokenMs += said;
    const wanted = Math.max(1_000 * seconds, said === 0 ? 0 : said + PAUSE_MS, frame);
    totalMs += Math.ceil(wanted / frame) * frame;
  }
  const low =
    START_SECONDS +
    SLIDE_SECONDS * slides.length +
    (ENCODE_SECONDS_PER_SECOND * totalMs + SPEECH_SECONDS_PER_SECOND[speaker.kind] * spokenMs) / 1_000;
  return {
    seconds: Math.round(totalMs / 100) / 10,
    spokenBy: speaker.kind,
    note: speaker.kind === 'none' ? (speaker.note ?? '') : '',
    costUsd: speaker.kind === 'openai' ? speaker.costUsd : 0,
    makeSeconds: { low: Math.round(low), high: Math.round(BUSY_FACTOR * low) },
  };
}
