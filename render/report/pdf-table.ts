import type { Words } from '../text/format.ts';
import { cellText } from './cell-text.ts';
import type { Column, Row, Table } from './model.ts';
import { ink, type Sheet, type Structure } from './pdf-sheet.ts';

const MAX_COLUMNS = 8;
const PADDING_X = 5;
const PADDING_Y = 3.6;
/** Points up to which a table is kept on one page. */
const SHORT_TABLE = 440;

/** A table with its heads repeated on every page it goes on to. A very wide one is drawn as several, each with the first column. */
export function drawTable(sheet: Sheet, table: Table, words: Words): void {
  for (const part of narrowed(table)) drawPart(sheet, part, words);
}

/** Points a table takes when it is kept in one piece; 0 for a long one, which begins where it stands. */
export function keptHeight(sheet: Sheet, table: Table, words: Words): number {
  const [first = table] = narrowed(table);
  const { wholeHigh } = measured(sheet, first, words);
  return wholeHigh < SHORT_TABLE ? wholeHigh : 0;
}

function measured({ doc, width }: Sheet, table: Table, words: Words) {
  const size = table.columns.length > 6 ? 7.4 : 8.6;
  const widths = columnWidths(table, width);
  const styleOf = (row: Row | 'head') =>
    row === 'head' ? 'medium' : row.style === undefined ? 'regular' : 'bold';
  const heightOf = (texts: readonly string[], row: Row | 'head'): number => {
    doc.font(styleOf(row)).fontSize(size);
    return (
      Math.max(
        ...texts.map((text, i) =>
          doc.heightOfString(text === '' ? ' ' : text, { width: (widths[i] ?? 0) - 2 * PADDING_X }),
        ),
      ) +
      2 * PADDING_Y
    );
  };
  const heads = table.columns.map(({ title }) => title);
  const headHigh = heightOf(heads, 'head');
  const textsOf = (row: Row): string[] => row.cells.map((cell) => cellText(cell, words));
  const wholeHigh = table.rows.reduce((sum, row) => sum + heightOf(textsOf(row), row), headHigh + 24);
  return { size, widths, styleOf, heightOf, heads, headHigh, textsOf, wholeHigh };
}

function narrowed(table: Table): Table[] {
  if (table.columns.length <= MAX_COLUMNS) return [table];
  const parts: Table[] = [];
  const step = MAX_COLUMNS - 2;
  for (let at = 1; at < table.columns.length; at += step) {
    const keep = <T>(all: readonly T[]): T[] => [...all.slice(0, 1), ...all.slice(at, at + step)];
    parts.push({
      ...table,
      columns: keep(table.columns),
      rows: table.rows.map((row) => ({ ...row, cells: keep(row.cells) })),
    });
  }
  return parts;
}

function drawPart(sheet: Sheet, table: Table, words: Words): void {
  const { doc, left, width } = sheet;
  const { size, widths, styleOf, heightOf, heads, headHigh, textsOf, wholeHigh } = measured(
    sheet,
    table,
    words,
  );
  sheet.space(8);
  // A short table stays in one piece; a long one begins where it stands.
  sheet.need(wholeHigh < SHORT_TABLE ? wholeHigh : headHigh + 60);
  sheet.paragraph('H3', table.title, { font: 'medium', size: 10, colour: ink.text });
  sheet.space(3);
  const structure = doc.struct('Table');
  sheet.root.add(structure);

  const cells = (
    parent: Structure | undefined,
    texts: readonly string[],
    columns: readonly Column[],
    high: number,
    row: Row | 'head',
  ): void => {
    const y = sheet.y();
    let x = left;
    texts.forEach((text, i) => {
      const wide = widths[i] ?? 0;
      const at = x + PADDING_X;
      const draw = (): void => {
        doc
          .font(styleOf(row))
          .fontSize(size)
          .fillColor(row === 'head' ? ink.quiet : ink.text);
        // A cell without text is content all the same, so that rows keep their number of cells.
        doc.text(text === '' ? ' ' : text, at, y + PADDING_Y, {
          width: wide - 2 * PADDING_X,
          align: columns[i]?.isNumber === true ? 'right' : 'left',
          features: ['tnum'],
        });
      };
      if (parent === undefined) draw();
      else parent.add(doc.struct(row === 'head' || i === 0 ? 'TH' : 'TD', {}, draw));
      x += wide;
    });
    sheet.moveTo(y + high);
  };
  const rule = (colour: string): void => {
    const y = sheet.y();
    sheet.artifact(() =>
      doc
        .moveTo(left, y)
        .lineTo(left + width, y)
        .lineWidth(0.6)
        .strokeColor(colour)
        .stroke(),
    );
  };
  const row = (draw: (parent: Structure) => void): void => {
    const parent = doc.struct('TR');
    structure.add(parent);
    draw(parent);
    parent.end();
  };

  row((parent) => cells(parent, heads, table.columns, headHigh, 'head'));
  rule(ink.quiet);
  for (const each of table.rows) {
    const texts = textsOf(each);
    const high = heightOf(texts, each);
    if (sheet.need(high)) {
      // Said once to readers, shown on every page.
      doc.markContent('Artifact', { type: 'Layout' });
      cells(undefined, heads, table.columns, headHigh, 'head');
      doc.endMarkedContent();
      rule(ink.quiet);
    }
    if (each.style === 'total') {
      const y = sheet.y();
      sheet.artifact(() => doc.rect(left, y, width, high).fill(ink.soft));
    }
    row((parent) => cells(parent, texts, table.columns, high, each));
    rule(ink.line);
  }
  structure.end();
  sheet.space(4);
}

/** Numbers take what they need, text shares the rest: a table of text alone is cut in the proportions of a definition list. */
function columnWidths({ columns }: Table, width: number): number[] {
  const numbers = columns.filter((column) => column.isNumber).length;
  if (numbers === 0) {
    const weights = columns.map((_, i) => (i === 0 ? 0.22 : i === 1 ? 0.5 : 0.28));
    const sum = weights.reduce((total, weight) => total + weight, 0);
    return weights.map((weight) => (width * weight) / sum);
  }
  const numberWidth = Math.min(width * 0.155, (width * (columns.length > 6 ? 0.76 : 0.68)) / numbers);
  const texts = columns.length - numbers;
  const textWidth = (width - numberWidth * numbers) / Math.max(1, texts);
  return columns.map((column) => (column.isNumber ? numberWidth : textWidth));
}
