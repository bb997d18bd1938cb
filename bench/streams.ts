import { measureAnomalies } from './anomalies.ts';
import type { CoreFigure } from './core-figure.ts';
import { measureSketches } from './sketches.ts';
import { measureWindows } from './windows.ts';

/** What the pure cores of streams reach; each part answers its lines. */
const parts: readonly (() => readonly CoreFigure[])[] = [measureWindows, measureSketches, measureAnomalies];

export function measureStreams(tell: (line: string) => void): CoreFigure[] {
  return parts.flatMap((part) => {
    const figures = part();
    for (const { name, perSecond } of figures) tell(`  ${name}: ${perSecond}/s`);
    return [...figures];
  });
}

/** The cores' figures as a section of docs/benchmarks.md. */
export function streamsReport(figures: readonly CoreFigure[]): string {
  return `The pure cores alone on one core, by CPU time. Goals: windows 300,000 events/s, anomaly detectors 100,000 points/s.

| what | a second | bytes a key |
|---|---|---|
${figures
  .map(
    ({ name, perSecond, bytesPerKey }) =>
      `| ${name} | ${perSecond.toLocaleString('en-US')} | ${bytesPerKey === undefined ? '' : Math.round(bytesPerKey).toLocaleString('en-US')} |`,
  )
  .join('\n')}
`;
}
