import { createWords, type Words } from '../text/format.ts';
import { cellHeadline } from '../report/cell-text.ts';
import type { Headline, Report } from '../report/model.ts';
import type { VideoSlide } from '../work/task.ts';

/** A video that tells a report: its title, its figures, its chart, why, and what to do. The narration is the report's own sentences. */
export function storyboardOf(report: Report): readonly VideoSlide[] {
  const words = createWords(report.currency, report.timeZone);
  const said = (kind: 'what' | 'why' | 'do' | 'note'): readonly string[] =>
    report.summary.filter((line) => line.kind === kind).map((line) => spoken(line.text));
  const slides: VideoSlide[] = [
    {
      content: {
        kind: 'title',
        title: report.title,
        subtitle: `${report.tenant}, compared with ${report.priorName}`,
      },
      narration: `${report.tenant}. ${report.title}.`,
      seconds: 3,
    },
    {
      content: {
        kind: 'figures',
        title: 'The figures',
        figures: report.headline.slice(0, 6).map((each) => figureOf(each, words)),
      },
      narration: said('what').slice(0, 3).join(' '),
      seconds: 5,
    },
  ];
  const chart = report.sections.find((section) => section.chart !== undefined)?.chart;
  if (chart !== undefined)
    slides.push({
      content: { kind: 'chart', title: chart.title, spec: chart.spec },
      narration: `${spoken(chart.title)}.`,
      seconds: 5,
    });
  const why = said('why');
  if (why.length > 0)
    slides.push({
      content: { kind: 'text', title: 'Why', lines: why.slice(0, 4) },
      narration: why.join(' '),
      seconds: 5,
    });
  const next = [...said('do'), ...said('note')];
  if (next.length > 0)
    slides.push({
      content: {
        kind: 'text',
        title: said('do').length > 0 ? 'What to do' : 'Signals',
        lines: next.slice(0, 5),
      },
      narration: next.join(' '),
      seconds: 5,
    });
  return slides;
}

/** Amounts as people say them: whole, rounded. Percentages keep their decimal. */
export function spoken(text: string): string {
  return text.replaceAll(/(\d[\d,]*)\.(\d{2})(?![\d%])/g, (_all, whole: string, cents: string) =>
    Math.round(Number(`${whole.replaceAll(',', '')}.${cents}`)).toLocaleString('en-US'),
  );
}

function figureOf({ label, value, prior, change }: Headline, words: Words) {
  const note =
    change === null
      ? 'no comparison'
      : `${change > 0 ? 'up' : change < 0 ? 'down' : 'same'} ${words.percent(Math.abs(change))} from ${cellHeadline(prior, words)}`;
  return { label, value: cellHeadline(value, words), note };
}
