import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { fitTrends, judgeTrends, type MethodResult, type TrendResult } from '../trends.ts';
import { ratioInterval } from './judge.ts';
import type { Outlook } from './outlook.ts';
import { measureTrendSpeed, type TrendSpeed } from './speed.ts';

/** Where the data lies beside the project; it is not part of it. */
export const trendData = fileURLToPath(
  new URL('../../../shared/data/youtube-trending-us/2017-11-14_2018-01-21.csv', import.meta.url),
);

const SPEED_EVENTS = 200_000;

/** Measures trend detection, or fits its weights. */
export async function trendsReport(isFit: boolean, tell: (line: string) => void): Promise<string> {
  if (!existsSync(trendData)) throw new RangeError(`the data is not at ${trendData}`);
  if (isFit) {
    const weights = await fitTrends(trendData);
    return weights.map(([name, weight]) => `${weight.toFixed(3)} ${name}`).join('\n');
  }
  tell('replaying 67 days');
  const result = await judgeTrends(trendData);
  tell('counting titles');
  return reportOf(result, measureTrendSpeed(SPEED_EVENTS));
}

function reportOf(result: TrendResult, speed: TrendSpeed): string {
  const [weir] = result.methods;
  if (weir === undefined) throw new RangeError('nothing was judged');
  const best = (part: 'unseen' | 'whole'): MethodResult =>
    result.methods
      .filter(({ isBaseline }) => isBaseline)
      .reduce((a, b) => (b[part].precision > a[part].precision ? b : a));
  const row = ({ name, unseen, whole }: MethodResult): string =>
    `| ${[
      name,
      unseen.precision.toFixed(3),
      whole.precision.toFixed(3),
      unseen.newHighs.toFixed(3),
      `${unseen.episodesNamed} / ${unseen.episodesNamedBefore} of ${unseen.episodes}`,
      hours(unseen.medianLeadHours),
      hours(whole.medianLeadHours),
    ].join(' | ')} |`;
  const goal = (part: 'unseen' | 'whole'): string => {
    const other = best(part);
    const ratio = weir[part].precision / other[part].precision;
    const [low, high] = ratioInterval(weir[part], other[part]);
    return `${ratio.toFixed(2)} × the best baseline, ${other.name} (resampled by day, .1 to .9: ${low.toFixed(2)} to ${high.toFixed(2)}): ${ratio >= 1.5 ? 'met' : 'missed'}`;
  };
  const lead = (part: 'unseen' | 'whole'): string =>
    `${hours(weir[part].medianLeadHours)}: ${(weir[part].medianLeadHours ?? 0) >= 24 ? 'met' : 'missed'}`;
  return `How it is judged: [trend-evaluation.md](trend-evaluation.md). ${result.days} days, ${result.candidatesPerDay} candidates a day. A candidate taken by chance is a hit
with ${result.baseRate.unseen.toFixed(3)} in the unseen second half (${result.baseRate.tuned.toFixed(3)} in the first, where the weights were fitted).

| method | precision@20, unseen half | whole | new highs, unseen | episodes named / before the peak, unseen | median lead, unseen | whole |
| --- | --- | --- | --- | --- | --- | --- |
${result.methods.map(row).join('\n')}

| goal | unseen half | whole |
| --- | --- | --- |
| precision@20 at least 1.5 × the best baseline | ${goal('unseen')} | ${goal('whole')} |
| median lead at least 24 h | ${lead('unseen')} | ${lead('whole')} |

${outlookOf(result)}

| counting | measured |
| --- | --- |
| titles of six words from two million (Zipf), counted as words and pairs | ${speed.eventsPerCoreSecond} titles/s, ${speed.termsPerCoreSecond} terms/s a core |
| an evaluation with ${speed.heldTerms} terms held | ${speed.evaluationMs.toFixed(0)} ms of CPU |
| memory of counts, ${speed.distinctTerms} distinct words seen and as many pairs again | ${speed.bytesPerHeldTerm} bytes a term held, ${speed.bytesPerSeenTerm} a word seen |
`;
}

/** How expected times and trajectories held, in both halves. */
function outlookOf({ outlook: { tuned, unseen } }: TrendResult): string {
  const percent = (share: number): string => `${(100 * share).toFixed(0)}%`;
  const held = (name: string, what: 'peaks' | 'ends'): string => {
    const of = ({ [what]: { truths, covered, medianErrorHours } }: Outlook): string =>
      `${percent(covered)} of ${truths}, ${medianErrorHours.toFixed(0)} h`;
    return `| ${name} | ${of(unseen)} | ${of(tuned)} |`;
  };
  const ahead = (part: Outlook, name: string): string[] =>
    part.trajectories.map(
      ({ days, truths, weir, persist, linear, nothing, covered }) =>
        `| ${name}, ${days} d | ${truths} | ${[weir, persist, linear, nothing].map((error) => error.toFixed(2)).join(' | ')} | ${percent(covered)} |`,
    );
  return `| time expected, interval of four in five | held, median error: unseen half | first half |
| --- | --- | --- |
${held('peak, where it came within a week', 'peaks')}
${held('end, where it came within the half', 'ends')}

| attention of the twenty named, days ahead | truths | error of Weir | of "as today" | of the last day's slope | of "nothing" | interval of four in five held |
| --- | --- | --- | --- | --- | --- | --- |
${[...ahead(unseen, 'unseen'), ...ahead(tuned, 'first')].join('\n')}

Errors are means of absolute differences in percent of a day's attention.`;
}

function hours(value: number | undefined): string {
  return value === undefined ? 'none' : `${value} h`;
}
