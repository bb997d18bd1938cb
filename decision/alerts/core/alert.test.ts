import { describe, expect, it } from 'vitest';
import type { Signal } from '../../../platform/contracts/signal.ts';
import { alertOfSignal } from './alert.ts';

const signal = (kpi: string, evidence: Signal['evidence']): Signal => ({
  id: 's',
  tenant: 'main',
  kind: 'threshold',
  kpi,
  title: '',
  dims: {},
  window: '1m',
  severity: 'info',
  state: 'firing',
  revision: 1,
  startedAtMs: 0,
  endedAtMs: null,
  evidence,
  link: '/',
});

describe('how bad missing data is', () => {
  const noData = { feed: 'critical', kpi: 'warning' } as const;
  it.each([
    ['feed', { what: 'nodata' }, 'critical'],
    ['views', { what: 'nodata' }, 'warning'],
    ['views', { what: 'breach' }, 'info'],
    ['views', {}, 'info'],
  ])('%s with %o is %s', (kpi, evidence, severity) => {
    const alert = alertOfSignal(signal(kpi, evidence), { unit: null, impact: null, noData });
    expect(alert.item.severity).toBe(severity);
    expect(alertOfSignal(signal(kpi, evidence), { unit: null, impact: null }).item.severity).toBe('info');
  });
});

describe('what makes one thread', () => {
  const groupOf = (kpi: string, evidence: Signal['evidence']): string =>
    alertOfSignal(signal(kpi, evidence), { unit: null, impact: null }).groupKey;

  it('is the family, and for what belongs to an incident that of its first KPI', () => {
    expect(groupOf('rpm', {})).toBe('revenue|');
    expect(groupOf('views', {})).toBe('content|');
    expect(groupOf('rpm', { incident: { id: 'views.1m.total.0', kpi: 'views' } })).toBe('content|');
    expect(groupOf('rpm', { incident: 'something else' })).toBe('revenue|');
  });

  it('leaves who hears of it to its own family', () => {
    const alert = alertOfSignal(signal('rpm', { incident: { id: 'v', kpi: 'views' } }), {
      unit: null,
      impact: null,
    });
    expect(alert.family).toBe('revenue');
  });
});
