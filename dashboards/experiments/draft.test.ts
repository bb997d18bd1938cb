import { expect, test } from 'vitest';
import { emptyDraft, requestOf, type ExperimentDraft } from './draft.ts';

const good: ExperimentDraft = { ...emptyDraft, key: 'page', title: ' New page ' };

test('what is typed becomes a design; shares are equal', () => {
  const request = requestOf({
    ...good,
    variants: 'Old\n\n New one \nNewer',
    guardrail: { eventTypes: 'support_ticket, payment_failed', kind: 'conversion', higherIsBetter: false },
  });
  expect(request?.title).toBe('New page');
  expect(request?.variants).toEqual([
    { key: 'control', title: 'Old', share: 1 / 3 },
    { key: 'variant-1', title: 'New one', share: 1 / 3 },
    { key: 'variant-2', title: 'Newer', share: 1 / 3 },
  ]);
  expect(request?.guardrails[0]?.metric.eventTypes).toEqual(['support_ticket', 'payment_failed']);
  expect(request?.alpha).toBe(0.05);
});

test.each<Partial<ExperimentDraft>>([
  { key: 'Page' },
  { key: '' },
  { title: ' ' },
  { variants: 'one' },
  { primary: { eventTypes: ' , ', kind: 'revenue', higherIsBetter: true } },
  { alpha: '50' },
  { traffic: 'all' },
  { minimumEffect: '0' },
])('%j cannot be asked for', (change) => {
  expect(requestOf({ ...good, ...change })).toBeUndefined();
});
