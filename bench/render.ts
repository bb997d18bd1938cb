import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createWorkProcess } from '../render/adapters/work-process.ts';
import { buildReport } from '../render/report/build-report.ts';
import { octoberFacts } from '../render/testing/facts.ts';
import { findTool } from '../render/video/tools.ts';
import { storyboardOf } from '../render/video/storyboard.ts';
import type { Task } from '../render/work/task.ts';

export interface RenderMeasure {
  readonly name: string;
  readonly seconds: number;
  /** Of the process that renders, its start included; without ffmpeg. */
  readonly cpuSeconds: number;
  readonly made: string;
  readonly rate: string;
}

/** Renders as the engine does, each in a process of its own; the start of the process is part of the time and is told beside it. */
export async function measureRender(
  videoSeconds: number,
  tell: (line: string) => void,
): Promise<readonly RenderMeasure[]> {
  const home = mkdtempSync(join(tmpdir(), 'weir-bench-render-'));
  const processes = createWorkProcess(home);
  const report = buildReport(octoberFacts());
  const chart = report.sections.find((section) => section.chart !== undefined)?.chart;
  const timed = async (name: string, task: Task) => {
    tell(`${name} …`);
    const beganMs = performance.now();
    const made = await processes.run(task, {
      folder: processes.folder(name.replaceAll(/\W+/g, '-')),
      signal: new AbortController().signal,
      progress: () => {},
    });
    const seconds = (performance.now() - beganMs) / 1_000;
    return { seconds, cpuSeconds: made.cpuMs / 1_000, files: made.files };
  };
  const measures: RenderMeasure[] = [];
  try {
    const pdf = await timed('report as PDF', { kind: 'report', report, formats: ['pdf'], paper: 'A4' });
    const pages =
      Buffer.from(pdf.files[0]?.bytes ?? '')
        .toString('latin1')
        .match(/\/Type \/Page\b/g)?.length ?? 0;
    measures.push({
      name: 'report as PDF',
      seconds: pdf.seconds,
      cpuSeconds: pdf.cpuSeconds,
      made: `${pages} pages`,
      rate: `${(pages / pdf.cpuSeconds).toFixed(1)} pages a CPU second`,
    });
    const all = await timed('report in five formats', {
      kind: 'report',
      report,
      formats: ['pdf', 'xlsx', 'html', 'csv', 'json'],
      paper: 'A4',
    });
    measures.push({
      name: 'report in five formats',
      seconds: all.seconds,
      cpuSeconds: all.cpuSeconds,
      made: `${all.files.length} files`,
      rate: `${(all.cpuSeconds / pdf.cpuSeconds).toFixed(2)}× the CPU of the PDF alone`,
    });
    if (chart !== undefined) {
      const one = await timed('chart', {
        kind: 'chart',
        title: chart.title,
        spec: chart.spec,
        theme: 'light',
        currency: 'USD',
        timeZone: 'UTC',
      });
      measures.push({
        name: 'chart as SVG, PNG and table',
        seconds: one.seconds,
        cpuSeconds: one.cpuSeconds,
        made: '1 chart',
        rate: `${(1 / one.cpuSeconds).toFixed(1)} charts a CPU second`,
      });
    }
    const thumbnails = await timed('thumbnails', {
      kind: 'thumbnail',
      params: {
        text: 'Ads fell 12%: here is why',
        figure: '-12%',
        templates: ['headline', 'split', 'figure'],
        palettes: ['ink', 'paper', 'sea'],
      },
      picture: undefined,
    });
    measures.push({
      name: 'thumbnails',
      seconds: thumbnails.seconds,
      cpuSeconds: thumbnails.cpuSeconds,
      made: '9 variants',
      rate: `${(9 / thumbnails.cpuSeconds).toFixed(1)} a CPU second`,
    });
    if (findTool('ffmpeg') !== undefined) {
      const slides = storyboardOf(report);
      const each = videoSeconds / slides.length;
      const video = await timed('video', {
        kind: 'video',
        video: {
          title: 'bench',
          slides: slides.map((slide) => ({ ...slide, narration: '', seconds: each })),
          palette: 'ink',
          badge: undefined,
          burnCaptions: false,
          currency: 'USD',
          timeZone: 'UTC',
          voice: 'none',
          speech: undefined,
          costLimitUsd: 3,
        },
      });
      measures.push({
        name: 'video 1080p30, silent',
        seconds: video.seconds,
        cpuSeconds: video.cpuSeconds,
        made: `${videoSeconds} s of video`,
        rate: `${(video.seconds / videoSeconds).toFixed(2)} s a second of video`,
      });
    }
    return measures;
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

export function renderReport(measures: readonly RenderMeasure[]): string {
  return [
    `Each in a process of its own at low priority, whose start is part of the time. CPU is that of the process, without ffmpeg. Load average ${(loadavg()[0] ?? 0).toFixed(1)} on ${cpus().length} cores: where it is above their number others were working, and seconds are longer than they would be alone.`,
    '',
    '| what | made | seconds | CPU seconds | rate |',
    '| --- | --- | --- | --- | --- |',
    ...measures.map(
      ({ name, made, seconds, cpuSeconds, rate }) =>
        `| ${name} | ${made} | ${seconds.toFixed(2)} | ${cpuSeconds.toFixed(2)} | ${rate} |`,
    ),
  ].join('\n');
}
