import type { FontWeight } from '../text/fonts.ts';

/** The parts of pdfkit's document that drawing needs. */
export type Doc = PDFKit.PDFDocument;
export type Structure = PDFKit.PDFStructureElement;

export const ink = {
  text: '#14171f',
  quiet: '#586070',
  line: '#dfe3ea',
  soft: '#f5f6f8',
  accent: '#1f57cf',
  accentSoft: '#e7eefc',
  good: '#0b6e46',
  bad: '#b3261e',
} as const;

export interface TextStyle {
  readonly font: FontWeight;
  readonly size: number;
  readonly colour: string;
}

export interface Card {
  readonly label: string;
  readonly value: string;
  readonly note: string;
  readonly colour: string;
  readonly below: string;
}

/** A pen that moves down the pages: every block is measured first and begins a page of its own where it does not fit. */
export interface Sheet {
  readonly doc: Doc;
  readonly root: Structure;
  readonly left: number;
  readonly width: number;
  y(): number;
  moveTo(y: number): void;
  space(points: number): void;
  /** Begins a page when fewer points are left; answers whether it did. */
  need(points: number): boolean;
  paragraph(tag: 'P' | 'H1' | 'H2' | 'H3', text: string, style: TextStyle): void;
  labelled(label: string, colour: string, text: string): void;
  badges(texts: readonly string[]): void;
  cards(cards: readonly Card[]): void;
  figure(title: string, png: Buffer, ratio: number): void;
  /** Draws what is no content: lines, grounds. */
  artifact(draw: () => void): void;
}

export function createSheet(doc: Doc, root: Structure): Sheet {
  const { left, top, right, bottom } = doc.page.margins;
  const width = doc.page.width - left - right;
  let y = top;
  const end = (): number => doc.page.height - bottom;

  const sheet: Sheet = {
    doc,
    root,
    left,
    width,
    y: () => y,
    moveTo: (to) => {
      y = to;
    },
    space: (points) => {
      if (y > top) y += points;
    },
    need: (points) => {
      if (y + points <= end()) return false;
      doc.addPage();
      y = top;
      return true;
    },
    paragraph: (tag, text, { font, size, colour }) => {
      doc.font(font).fontSize(size);
      const height = doc.heightOfString(text, { width, lineGap: 1.5 });
      sheet.need(height);
      root.add(
        doc.struct(tag, {}, () => {
          doc.font(font).fontSize(size).fillColor(colour).text(text, left, y, { width, lineGap: 1.5 });
        }),
      );
      y += height;
    },
    labelled: (label, colour, text) => {
      const indent = 44;
      doc.font('regular').fontSize(10);
      const height = doc.heightOfString(text, { width: width - indent, lineGap: 2 });
      sheet.need(height);
      root.add(
        doc.struct('P', {}, () => {
          doc
            .font('bold')
            .fontSize(8.5)
            .fillColor(colour)
            .text(label, left, y + 1.2, { width: indent, lineBreak: false });
          doc
            .font('regular')
            .fontSize(10)
            .fillColor(ink.text)
            .text(text, left + indent, y, { width: width - indent, lineGap: 2 });
        }),
      );
      y += height;
    },
    badges: (texts) => {
      let x = left;
      doc.font('medium').fontSize(8.5);
      for (const text of texts) {
        const wide = doc.widthOfString(text) + 14;
        sheet.artifact(() => doc.roundedRect(x, y, wide, 17, 8).fill(ink.accentSoft));
        const at = x + 7;
        root.add(
          doc.struct('P', {}, () => {
            doc
              .font('medium')
              .fontSize(8.5)
              .fillColor(ink.accent)
              .text(text, at, y + 4, { lineBreak: false });
          }),
        );
        x += wide + 6;
      }
      y += 17;
    },
    cards: (cards) => {
      const gap = 8;
      const wide = (width - gap * (cards.length - 1)) / Math.max(1, cards.length);
      const high = 76;
      sheet.need(high);
      cards.forEach((card, i) => {
        const x = left + i * (wide + gap);
        sheet.artifact(() => doc.roundedRect(x, y, wide, high, 6).fill(ink.soft));
        const line = (text: string, font: FontWeight, size: number, colour: string, dy: number): void => {
          doc
            .font(font)
            .fontSize(size)
            .fillColor(colour)
            .text(text, x + 10, y + dy, {
              width: wide - 20,
              height: size * 1.3,
              ellipsis: true,
              features: ['tnum'],
            });
        };
        root.add(
          doc.struct('P', {}, () => {
            line(card.label, 'medium', 8.5, ink.quiet, 9);
            const size =
              [16, 14, 12, 10.5, 9].find(
                (each) =>
                  doc
                    .font('bold')
                    .fontSize(each)
                    .widthOfString(card.value, { features: ['tnum'] }) <=
                  wide - 21,
              ) ?? 8;
            line(card.value, 'bold', size, ink.text, 22 + (16 - size) / 2);
            line(card.note, 'medium', 8.5, card.colour, 45);
            line(card.below, 'regular', 8, ink.quiet, 58);
          }),
        );
      });
      y += high;
    },
    figure: (title, png, ratio) => {
      const high = width / ratio;
      doc.font('medium').fontSize(10);
      const titleHigh = doc.heightOfString(title, { width });
      sheet.need(high + titleHigh + 14);
      sheet.paragraph('P', title, { font: 'medium', size: 10, colour: ink.text });
      sheet.space(5);
      root.add(
        doc.struct('Figure', { alt: `Chart. ${title}. Its values are in the tables of this report.` }, () => {
          doc.image(png, left, y, { width });
        }),
      );
      y += high + 6;
    },
    artifact: (draw) => {
      doc.markContent('Artifact', { type: 'Layout' });
      draw();
      doc.endMarkedContent();
    },
  };
  return sheet;
}
