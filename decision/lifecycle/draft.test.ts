import { Value } from '@sinclair/typebox/value';
import { describe, expect, it } from 'vitest';
import { Decision } from '../../platform/contracts/decision.ts';
import { proposal } from '../testing/fixtures.ts';
import { canonicalJson, hashOf } from './hash.ts';

describe('hash of inputs', () => {
  it('is RFC 8785: keys sorted by UTF-16 units, numbers as ECMAScript writes them', () => {
    // Example of RFC 8785, section 3.2.3, without its non-finite parts.
    const value = {
      numbers: [333333333.3333333, 1e30, 4.5, 2e-3, 0.000000000000000000000000001],
      literals: [null, true, false],
    };
    expect(canonicalJson(value)).toBe(
      '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27]}',
    );
    // SHA-256 of `{}` by coreutils sha256sum.
    expect(hashOf({})).toBe('44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a');
  });
});

describe('a drafted decision', () => {
  it('fits the contract and says what it rests on', () => {
    const decision = proposal({
      actions: [{ kind: 'price', params: { target: 'plan-a', to: { formula: 'max(5, observed / 10)' } } }],
      expected: { kpi: 'total_revenue', delta: 'expected - observed', low: '0', horizonHours: 24 },
      money: 'expected - observed',
    });
    expect(Value.Check(Decision, decision)).toBe(true);
    expect(decision.actions).toEqual([{ kind: 'price', params: { target: 'plan-a', to: 6 } }]);
    expect(decision.expected).toEqual({
      kpi: 'total_revenue',
      delta: 40,
      low: 0,
      high: null,
      horizonMs: 86_400_000,
    });
    expect(decision).toMatchObject({
      money: 40,
      riskClass: 'high',
      isReversible: true,
      requires: { count: 1 },
    });
    expect(decision.facts).toContainEqual({ name: 'peak_at_ms', value: expect.any(Number) });
  });

  it('is the same for the same firing; its hash changes with what is used and with nothing else', () => {
    const one = proposal();
    expect(proposal()).toEqual(one);
    const unused = proposal({}, {}, { evidence: { observed: 60, expected: 100, lower: 1 } });
    expect(unused.inputsHash).toBe(one.inputsHash);
    for (const other of [
      proposal({}, {}, { evidence: { observed: 61, expected: 100 } }),
      proposal({}, {}, { severity: 'critical' }),
      proposal({}, {}, { dims: { channel: 'c1' } }),
      proposal({ version: 2 }),
      proposal({ money: '1' }),
    ]) {
      expect(other.inputsHash).not.toBe(one.inputsHash);
      expect(other.id).not.toBe(one.id);
    }
  });

  it('is not made when a parameter has no value', () => {
    expect(() => proposal({}, {}, { evidence: { observed: 60 } })).toThrow('actions.0.params.body');
  });
});
