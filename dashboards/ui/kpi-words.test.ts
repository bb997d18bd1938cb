import { expect, test } from 'vitest';
import { kpiCatalogue } from '../../platform/contracts/kpi-catalogue.ts';
import type { KpiDefinition } from '../../platform/contracts/kpi.ts';
import { thresholdWords, watchWords } from './kpi-words.ts';

function kpi(key: string): KpiDefinition {
  const found = kpiCatalogue.find((each) => each.key === key);
  if (found === undefined) throw new RangeError(key);
  return found;
}

test('a KPI says in which windows it is watched and its alert level judged', () => {
  expect(watchWords(kpi('views'))).toBe('for what is unusual, by the minute and the hour');
  expect(watchWords(kpi('mrr'))).toBe('for what is unusual, by the day');
  expect(watchWords(kpi('nrr'))).toBe('not for what is unusual; an alert level is judged by the month');
  expect(thresholdWords(kpi('content_velocity'))).toBe('judged by the day');
  expect(watchWords({ ...kpi('views'), windows: ['10s'] })).toBe(
    'not watched: it has no window of a minute or longer',
  );
});
