import type { ReportFormat } from '../../platform/contracts/render-names.ts';
import { chartSvg } from '../charts/chart-svg.ts';
import { svgPng } from '../charts/svg-png.ts';
import { chartThemes } from '../charts/theme.ts';
import { createWords } from '../text/format.ts';
import type { MadeBytes, Task, Tell } from '../work/task.ts';
import { reportCsv } from './csv.ts';
import { reportHtml } from './html.ts';
import type { Report } from './model.ts';
import { reportPdf } from './pdf.ts';
import { reportXlsx } from './xlsx.ts';

const size = { width: 960, height: 360, fontSize: 13 } as const;

/** A report in every format asked for, and its first chart as a picture to show it by. */
export async function makeReport(
  task: Extract<Task, { kind: 'report' }>,
  tell: Tell,
): Promise<readonly MadeBytes[]> {
  const { report, formats, paper } = task;
  const base = fileBase(report);
  const words = createWords(report.currency, report.timeZone);
  tell('charts', 5);
  const svgs = new Map<string, string>();
  for (const section of report.sections)
    if (section.chart !== undefined)
      svgs.set(section.id, chartSvg(section.chart.spec, size, chartThemes.light, words));
  const pictures = new Map<string, { png: Buffer; ratio: number }>();
  for (const [id, svg] of svgs)
    pictures.set(id, { png: await svgPng(svg, 2), ratio: size.width / size.height });
  const write: Readonly<Record<ReportFormat, () => Promise<Pick<MadeBytes, 'contentType' | 'bytes'>>>> = {
    pdf: async () => ({ contentType: 'application/pdf', bytes: await reportPdf(report, pictures, paper) }),
    xlsx: async () => ({
      contentType: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
      bytes: await reportXlsx(report),
    }),
    html: async () => textFile('text/html; charset=utf-8', reportHtml(report, svgs)),
    csv: async () => textFile('text/csv; charset=utf-8', reportCsv(report)),
    json: async () => textFile('application/json; charset=utf-8', `${JSON.stringify(report, null, 1)}\n`),
  };
  const files: MadeBytes[] = [];
  for (const [i, format] of formats.entries()) {
    tell(`writing ${format.toUpperCase()}`, 30 + (60 * i) / formats.length);
    files.push({ name: `${base}.${format}`, ...(await write[format]()) });
  }
  const cover = pictures.values().next().value;
  if (cover !== undefined) files.push({ name: `${base}.png`, contentType: 'image/png', bytes: cover.png });
  return files;
}

function textFile(contentType: string, content: string): Pick<MadeBytes, 'contentType' | 'bytes'> {
  return { contentType, bytes: Buffer.from(content) };
}

/** Words of the title as a file name any system takes. */
export function fileBase(report: Pick<Report, 'title' | 'tenant'>): string {
  const base = `${report.tenant} ${report.title}`
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, 100);
  return base === '' ? 'report' : base;
}
