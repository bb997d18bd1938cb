/* oxlint-disable jsx-a11y/no-noninteractive-tabindex -- what scrolls on its own must be reachable by keyboard */
import { useState, type ReactNode } from 'react';
import { useWorkspace } from '../data/workspace.ts';
import { byHour, extremes, heatValue, type ActivityCell, type HeatMeasure } from './heat-values.ts';
import { weekdays } from './topic-words.ts';

/** How strong the strongest colour is: text on it keeps its contrast in every theme. */
const STRONGEST = 46;
const titles: Readonly<Record<HeatMeasure, string>> = {
  views: 'Views an hour',
  viewers: 'Viewers',
  watch: 'Minutes an hour',
};

/** Hours of the week as a table whose cells are coloured by their number: the number is always there to read. */
export function HeatMap({
  cells,
  noise,
}: {
  readonly cells: readonly ActivityCell[];
  /** Half width of the noise; 0 for exact answers. */
  readonly noise: number;
}): ReactNode {
  const { format } = useWorkspace();
  const isExact = cells.some((cell) => cell.views !== null);
  const [chosen, setChosen] = useState<HeatMeasure>('views');
  const measure = isExact ? chosen : 'viewers';
  const found = extremes(cells, measure);
  const highest = found === undefined ? 0 : (heatValue(found.most, measure) ?? 0);
  const isNoise = (cell: ActivityCell): boolean => cell.viewers < noise;
  const text = (cell: ActivityCell): string =>
    isNoise(cell) ? `<${Math.ceil(noise)}` : format.value(heatValue(cell, measure), 'count', 'axis');
  const colour = (cell: ActivityCell): string => {
    const share = highest > 0 && !isNoise(cell) ? (heatValue(cell, measure) ?? 0) / highest : 0;
    return `color-mix(in srgb, var(--accent) ${Math.round(STRONGEST * share)}%, var(--panel))`;
  };
  return (
    <>
      {isExact ? (
        <div className="segments" role="group" aria-label="What colours the hours">
          {(['views', 'viewers', 'watch'] as const).map((each) => (
            <button key={each} type="button" aria-pressed={each === measure} onClick={() => setChosen(each)}>
              {titles[each]}
            </button>
          ))}
        </div>
      ) : null}
      {found === undefined ? null : (
        <p className="small quiet">
          Most on {cellName(found.most)} ({text(found.most)}), least on {cellName(found.least)} (
          {text(found.least)}).
        </p>
      )}
      <div className="heat-scroll" role="region" aria-label="Activity by hour of the week" tabIndex={0}>
        <table className="heat">
          <caption className="unseen">{titles[measure]} by weekday and hour</caption>
          <thead>
            <tr>
              <th scope="col">
                <span className="unseen">Hour</span>
              </th>
              {weekdays.map((day) => (
                <th key={day} scope="col" abbr={day}>
                  {day.slice(0, 3)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {byHour(cells).map((row, hour) => (
              <tr key={row[0]?.hour ?? hour}>
                <th scope="row">{hourText(hour)}</th>
                {row.map((cell) => (
                  <td
                    key={cell.weekday}
                    style={{ background: colour(cell) }}
                    title={`${cellName(cell)}: ${text(cell)}`}
                  >
                    {text(cell)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}

function hourText(hour: number): string {
  return `${String(hour).padStart(2, '0')}:00`;
}

function cellName(cell: ActivityCell): string {
  return `${weekdays[cell.weekday - 1] ?? ''} ${hourText(cell.hour)}`;
}
