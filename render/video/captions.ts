/** One line or two that stand on the screen together. */
export interface Cue {
  readonly startMs: number;
  readonly endMs: number;
  readonly text: string;
}

const MAX_CHARS = 84;
const LINE_CHARS = 42;
/** About 15 characters a second can be read comfortably. */
const READING_MS_PER_CHAR = 1_000 / 15;

/** Pieces of a text of at most 84 characters: at sentences, then at commas, then at spaces. */
export function cueTexts(text: string): readonly string[] {
  const words = text.split(/\s+/).filter((word) => word !== '');
  const cues: string[] = [];
  let cue = '';
  for (const word of words) {
    const longer = cue === '' ? word : `${cue} ${word}`;
    const isSentenceEnd = /[.!?]$/.test(cue) && cue.length > LINE_CHARS / 2;
    if (cue !== '' && (longer.length > MAX_CHARS || isSentenceEnd)) {
      cues.push(cue);
      cue = word;
    } else cue = longer;
  }
  if (cue !== '') cues.push(cue);
  return cues;
}

/** How long a text needs when nobody speaks it. */
export function readingMs(text: string): number {
  return Math.round(text.length * READING_MS_PER_CHAR);
}

/** Cues of a narration that is spoken, or read, from `startMs` for `spokenMs`: each as long as its share of the characters. */
export function cuesOf(text: string, startMs: number, spokenMs: number): readonly Cue[] {
  const texts = cueTexts(text);
  const total = texts.reduce((sum, each) => sum + each.length, 0);
  let done = 0;
  return texts.map((each) => {
    const from = startMs + Math.round((spokenMs * done) / total);
    done += each.length;
    return { startMs: from, endMs: startMs + Math.round((spokenMs * done) / total), text: each };
  });
}

/** WebVTT (W3C): lines of at most 42 characters, `-->` and markup taken out of what is said. */
export function webVtt(cues: readonly Cue[]): string {
  const blocks = cues.map((cue, i) => {
    const said = cue.text
      .replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;')
      .replaceAll('-->', '→')
      .replaceAll('>', '&gt;');
    return `${i + 1}\n${stamp(cue.startMs)} --> ${stamp(cue.endMs)}\n${twoLines(said).join('\n')}\n`;
  });
  return `WEBVTT\n\n${blocks.join('\n')}`;
}

/** A cue as at most two lines, broken near its middle. */
export function twoLines(text: string): readonly string[] {
  if (text.length <= LINE_CHARS) return [text];
  const middle = text.length / 2;
  let best = -1;
  for (let at = text.indexOf(' '); at >= 0; at = text.indexOf(' ', at + 1))
    if (best < 0 || Math.abs(at - middle) < Math.abs(best - middle)) best = at;
  return best < 0 ? [text] : [text.slice(0, best), text.slice(best + 1)];
}

function stamp(ms: number): string {
  const part = (value: number, digits: number): string => String(value).padStart(digits, '0');
  return `${part(Math.floor(ms / 3_600_000), 2)}:${part(Math.floor(ms / 60_000) % 60, 2)}:${part(Math.floor(ms / 1_000) % 60, 2)}.${part(ms % 1_000, 3)}`;
}
