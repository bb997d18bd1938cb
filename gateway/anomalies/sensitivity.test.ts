import { expect, test } from 'vitest';
import { defaultWatchSettings } from '../../platform/contracts/anomaly.ts';
import { changedSettings } from './sensitivity.ts';

test('a change keeps who made it, when, and what it was before', () => {
  const first = changedSettings(undefined, { falseAlarmsPerWeek: 5 }, 'user:ada', 1_000);
  expect(first).toEqual({
    falseAlarmsPerWeek: 5,
    perKpi: {},
    changes: [
      { atMs: 1_000, by: 'user:ada', what: 'tenant', from: defaultWatchSettings.falseAlarmsPerWeek, to: 5 },
    ],
  });
  const second = changedSettings(first, { kpi: { key: 'views', falseAlarmsPerWeek: 0 } }, 'user:bob', 2_000);
  expect(second.perKpi).toEqual({ views: 0 });
  expect(second.changes.map(({ by }) => by)).toEqual(['user:bob', 'user:ada']);
  const third = changedSettings(
    second,
    { kpi: { key: 'views', falseAlarmsPerWeek: null } },
    'user:bob',
    3_000,
  );
  expect(third.perKpi).toEqual({});
  expect(third.changes[0]).toMatchObject({ what: 'views', from: 0, to: null });
});

test('what changes nothing is not noted, and the list of changes is bounded', () => {
  let settings = changedSettings(undefined, { falseAlarmsPerWeek: 2 }, 'a', 1);
  expect(settings.changes).toEqual([]);
  for (let i = 0; i < 80; i++)
    settings = changedSettings(settings, { falseAlarmsPerWeek: 3 + (i % 2) }, 'a', i);
  expect(settings.changes).toHaveLength(50);
  expect(settings.changes[0]?.atMs).toBe(79);
});
