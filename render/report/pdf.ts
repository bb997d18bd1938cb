import PDFDocument from 'pdfkit';
import type { Paper } from '../../platform/contracts/render-params.ts';
import { fontFiles } from '../text/fonts.ts';
import { createWords, type Words } from '../text/format.ts';
import { cellHeadline } from './cell-text.ts';
import { checkDifference, type Headline, type Report, type Section, type SummaryLine } from './model.ts';
import { drawTable, keptHeight } from './pdf-table.ts';
import { createSheet, ink, type Sheet } from './pdf-sheet.ts';

/** Pictures of the charts by section, made before, so that laying out stays synchronous. */
export type ChartPictures = ReadonlyMap<string, { readonly png: Buffer; readonly ratio: number }>;

/**
 * The report as a tagged PDF 1.7: language, title and structure for screen readers, fonts embedded, heads of tables repeated, page x of y.
 * Dates in it are those of the report, so the same report gives the same bytes.
 */
export async function reportPdf(report: Report, pictures: ChartPictures, paper: Paper): Promise<Buffer> {
  const words = createWords(report.currency, report.timeZone);
  const madeAt = new Date(report.madeAtMs);
  const doc = new PDFDocument({
    size: paper === 'A4' ? 'A4' : 'LETTER',
    margins: { top: 56, bottom: 56, left: 48, right: 48 },
    bufferPages: true,
    pdfVersion: '1.7',
    lang: 'en',
    tagged: true,
    displayTitle: true,
    autoFirstPage: true,
    info: {
      Title: `${report.title}: ${report.tenant}`,
      Author: report.tenant,
      Subject: report.badges.join('; '),
      Creator: 'Weir',
      Producer: 'Weir',
      CreationDate: madeAt,
      ModDate: madeAt,
    },
  });
  const chunks: Buffer[] = [];
  const ended = new Promise<void>((resolve, reject) => {
    doc.on('data', (chunk: Buffer) => chunks.push(chunk));
    doc.on('end', resolve);
    doc.on('error', reject);
  });
  for (const [name, file] of Object.entries(fontFiles)) doc.registerFont(name, file);
  const root = doc.struct('Document');
  doc.addStructure(root);
  const sheet = createSheet(doc, root);

  titlePage(sheet, report, words);
  for (const section of report.sections) drawSection(sheet, section, pictures, words);
  drawChecks(sheet, report, words);
  root.end();
  footers(sheet, report);
  doc.end();
  await ended;
  return Buffer.concat(chunks);
}

function titlePage(sheet: Sheet, report: Report, words: Words): void {
  sheet.paragraph('P', report.tenant, { font: 'medium', size: 11, colour: ink.accent });
  sheet.space(2);
  sheet.paragraph('H1', report.title, { font: 'bold', size: 23, colour: ink.text });
  sheet.space(4);
  sheet.paragraph(
    'P',
    `Compared with ${report.priorName}. As of ${words.dateTime(report.madeAtMs)}, asked for by ${report.askedBy}.`,
    {
      font: 'regular',
      size: 9,
      colour: ink.quiet,
    },
  );
  sheet.space(8);
  sheet.badges(report.badges);
  sheet.space(14);
  headlines(sheet, report.headline, words);
  sheet.space(18);
  sheet.paragraph('H2', 'Summary', { font: 'bold', size: 14, colour: ink.text });
  sheet.space(6);
  for (const line of report.summary) summaryLine(sheet, line);
}

const lineNames: Readonly<Record<SummaryLine['kind'], string>> = {
  what: 'What',
  why: 'Why',
  do: 'To do',
  note: 'Note',
};

function summaryLine(sheet: Sheet, line: SummaryLine): void {
  const tones = { what: ink.accent, why: ink.quiet, do: ink.bad, note: ink.quiet } as const;
  sheet.labelled(lineNames[line.kind], tones[line.kind], line.text);
  sheet.space(5);
}

function headlines(sheet: Sheet, list: readonly Headline[], words: Words): void {
  sheet.cards(
    list.map(({ label, value, prior, change, isGood }) => ({
      label,
      value: cellHeadline(value, words),
      note:
        change === null
          ? 'no comparison'
          : `${change > 0 ? '▲' : change < 0 ? '▼' : '='} ${words.percent(Math.abs(change))}`,
      colour: isGood === null ? ink.quiet : isGood ? ink.good : ink.bad,
      below: change === null ? '' : `from ${cellHeadline(prior, words)}`,
    })),
  );
}

function drawSection(sheet: Sheet, section: Section, pictures: ChartPictures, words: Words): void {
  sheet.space(20);
  // A heading stands on the page of what it heads.
  const first = section.tables[0];
  const kept = section.chart === undefined && first !== undefined ? keptHeight(sheet, first, words) + 70 : 0;
  sheet.need(Math.max(110, kept));
  sheet.paragraph('H2', section.title, { font: 'bold', size: 14, colour: ink.text });
  sheet.space(5);
  for (const each of section.text) {
    sheet.paragraph('P', each, { font: 'regular', size: 9, colour: ink.quiet });
    sheet.space(5);
  }
  const picture = pictures.get(section.id);
  if (section.chart !== undefined && picture !== undefined)
    sheet.figure(section.chart.title, picture.png, picture.ratio);
  for (const table of section.tables) drawTable(sheet, table, words);
}

function drawChecks(sheet: Sheet, report: Report, words: Words): void {
  const rows = report.checks.map((check) => {
    const difference = checkDifference(report, check);
    const isKept = difference === 0;
    return {
      cells: [
        { t: 'text' as const, v: check.title },
        { t: 'text' as const, v: isKept ? 'holds' : 'does not hold' },
        { t: 'money' as const, v: difference },
      ],
    };
  });
  sheet.space(20);
  sheet.need(110);
  sheet.paragraph('H2', 'Checks', { font: 'bold', size: 14, colour: ink.text });
  sheet.space(5);
  sheet.paragraph('P', 'Identities of the statements, evaluated on the figures printed above.', {
    font: 'regular',
    size: 9,
    colour: ink.quiet,
  });
  sheet.space(5);
  drawTable(
    sheet,
    {
      id: 'checks',
      title: 'Checks',
      columns: [
        { title: 'Identity', isNumber: false },
        { title: 'Result', isNumber: true },
        { title: 'Difference', isNumber: true },
      ],
      rows,
    },
    words,
  );
}

function footers(sheet: Sheet, report: Report): void {
  const { doc } = sheet;
  const { start, count } = doc.bufferedPageRange();
  for (let i = 0; i < count; i += 1) {
    doc.switchToPage(start + i);
    const { width, height, margins } = doc.page;
    const bottom = margins.bottom;
    // Below the margin, text would open a page of its own.
    margins.bottom = 0;
    doc.markContent('Artifact', { type: 'Pagination' });
    doc.font('regular').fontSize(8).fillColor(ink.quiet);
    doc.text(`${report.tenant} · ${report.title} · ${report.badges.join(' · ')}`, margins.left, height - 36, {
      width: width - 2 * margins.left - 80,
      height: 11,
      ellipsis: true,
    });
    doc.text(`Page ${i + 1} of ${count}`, width - margins.right - 80, height - 36, {
      width: 80,
      align: 'right',
      lineBreak: false,
    });
    doc.endMarkedContent();
    margins.bottom = bottom;
  }
}
