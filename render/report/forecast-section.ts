import { createWords, type Words } from '../text/format.ts';
import type { ReportFacts } from './facts.ts';
import { money, text, type Row, type Section } from './model.ts';

/** Revenue a day as it is expected, with its interval and how good such forecasts were; or that there is none. */
export function forecastSection({ forecast, pnl }: ReportFacts, words: Words): Section {
  const title = 'Forecast';
  if (forecast === undefined || forecast.days.length === 0)
    return {
      id: 'forecast',
      title,
      text: ['No forecast yet: none has been made of this tenant’s revenue.'],
      tables: [],
    };
  const scale = createWords(pnl.currency, 'UTC').scale;
  const days = forecast.days;
  const rows: Row[] = days.map((day) => ({
    cells: [{ t: 'date', v: day.startMs }, money(day.expected), money(day.low), money(day.high)],
  }));
  const sum = days.reduce((total, day) => total + day.expected, 0);
  rows.push({
    cells: [text('Sum of the expected'), money(sum), text(''), text('')],
    style: 'total',
    formula: { plus: days.map((_, i) => i), minus: [] },
  });
  const error =
    forecast.backtest === null
      ? ''
      : ` Its backtest error on this series is ${words.percent(forecast.backtest)}.`;
  return {
    id: 'forecast',
    title,
    text: [
      `Revenue of the next ${days.length} days is expected at ${words.money(sum)}, as forecast on ${words.dateTime(forecast.madeAtMs)}.${error}`,
    ],
    chart: {
      title: `Expected revenue a day, with the range that holds it four times in five`,
      spec: {
        kind: 'lines',
        unit: 'currency',
        grain: '1d',
        starts: days.map(({ startMs }) => startMs),
        endMs: (days.at(-1)?.startMs ?? 0) + 86_400_000,
        completeCount: 0,
        series: [
          {
            id: 'expected',
            label: 'Expected',
            slot: 1,
            values: days.map(({ expected }) => expected / scale),
          },
        ],
        band: {
          label: '.8 interval',
          lower: days.map(({ low }) => low / scale),
          upper: days.map(({ high }) => high / scale),
        },
      },
    },
    tables: [
      {
        id: 'forecast',
        title: 'Expected revenue a day',
        columns: [
          { title: 'Day', isNumber: false },
          { title: 'Expected', isNumber: true },
          { title: 'Low (.1)', isNumber: true },
          { title: 'High (.9)', isNumber: true },
        ],
        rows,
      },
    ],
  };
}
