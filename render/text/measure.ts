import PDFDocument from 'pdfkit';
import { fontFiles, type FontWeight } from './fonts.ts';

/** Width of a text in a shipped font, px; the same fonts draw it. */
export type Measure = (text: string, weight: FontWeight, size: number) => number;

export function createMeasure(): Measure {
  const doc = new PDFDocument({ autoFirstPage: false });
  for (const [name, file] of Object.entries(fontFiles)) doc.registerFont(name, file);
  return (text, weight, size) => doc.font(weight).fontSize(size).widthOfString(text);
}

/**
 * Lines of a text no wider than `width`, broken at spaces; undefined where one word alone is wider or more than `maxLines` are needed.
 */
export function wrap(
  text: string,
  options: {
    readonly weight: FontWeight;
    readonly size: number;
    readonly width: number;
    readonly maxLines: number;
  },
  measure: Measure,
): readonly string[] | undefined {
  const { weight, size, width, maxLines } = options;
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/).filter((each) => each !== '')) {
    if (measure(word, weight, size) > width) return undefined;
    const longer = line === '' ? word : `${line} ${word}`;
    if (measure(longer, weight, size) <= width) line = longer;
    else {
      lines.push(line);
      line = word;
    }
  }
  if (line !== '') lines.push(line);
  return lines.length <= maxLines ? lines : undefined;
}

export interface Fitted {
  readonly size: number;
  readonly lines: readonly string[];
}

/** The largest of the sizes at which the text fits; undefined where it fits at none. */
export function fit(
  text: string,
  sizes: readonly number[],
  box: {
    readonly weight: FontWeight;
    readonly width: number;
    readonly height: number;
    readonly lineHeight: number;
  },
  measure: Measure,
): Fitted | undefined {
  for (const size of sizes) {
    const maxLines = Math.floor(box.height / (size * box.lineHeight));
    const lines =
      maxLines < 1
        ? undefined
        : wrap(text, { weight: box.weight, size, width: box.width, maxLines }, measure);
    if (lines !== undefined) return { size, lines };
  }
  return undefined;
}
