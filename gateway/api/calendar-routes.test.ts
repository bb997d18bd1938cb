import { expect, it } from 'vitest';
import { faultOf } from './calendar-routes.ts';

const days = (from: string, to: string, knownFrom = '2026-03-01') => ({ from, to, knownFrom });

it.each([
  ['a day', days('2026-03-05', '2026-03-05'), undefined],
  ['a leap day', days('2028-02-29', '2028-02-29'), undefined],
  ['no such day', days('2026-02-29', '2026-03-05'), 'no day 2026-02-29'],
  ['no such day it was known from', days('2026-03-05', '2026-03-05', '2026-02-31'), 'no day 2026-02-31'],
  ['turned round', days('2026-03-05', '2026-03-04'), 'is before the first'],
  ['over a year long', days('2026-03-05', '2027-03-06'), 'a year at most'],
  ['too far away', days('2028-03-02', '2028-03-05'), undefined],
  ['over two years away', days('2028-03-03', '2028-03-05'), 'over two years away'],
  ['known from tomorrow', days('2026-03-05', '2026-03-05', '2026-03-03'), 'still to come'],
])('%s', (_, event, fault) => {
  const said = faultOf(event, '2026-03-02');
  if (fault === undefined) expect(said).toBeUndefined();
  else expect(said).toContain(fault);
});
