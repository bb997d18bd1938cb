import { expect, test } from 'vitest';
import { renderFault, renderParamsFrom } from './render-params.ts';

test('lists are words with commas between', () => {
  expect(renderParamsFrom({ kind: 'report', title: 'T', period: 'day', formats: 'pdf, json,' })).toEqual({
    period: 'day',
    formats: ['pdf', 'json'],
  });
});

test.each([
  [{ kind: 'report', title: 'T', period: 'day', formats: 'pdf' }, undefined],
  [
    { kind: 'chart', title: 'T', kpi: 'views', fromMs: { formula: 'peak_at_ms' }, toMs: 1, grain: '1h' },
    undefined,
  ],
  [{ kind: 'report', title: 'T', period: 'daily', formats: 'pdf' }, 'period'],
  [{ kind: 'report', title: 'T', period: 'day', formats: 'doc' }, 'formats'],
  [{ kind: 'report', title: 'T', period: 'day' }, 'formats'],
  [{ kind: 'poem', title: 'T' }, 'kind'],
])('%j: %s', (params, field) => {
  expect(renderFault(params)?.field).toBe(field);
});
