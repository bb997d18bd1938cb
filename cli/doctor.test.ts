import { describe, expect, it } from 'vitest';
import { natsVersionCheck, nodeCheck } from './doctor.ts';

describe('versions', () => {
  it.each([
    ['24.21.0', 'ok'],
    ['22.18.0', 'ok'],
    ['22.17.9', 'fail'],
    ['20.19.2', 'fail'],
  ])('Node %s is %s', (version, state) => {
    expect(nodeCheck(version)).toMatchObject({ state });
  });

  it.each([
    ['2.12.4', true, 'ok'],
    ['2.10.0', false, 'ok'],
    ['2.9.10', false, 'warn'],
    ['2.9.10', true, 'fail'],
    ['2.8.4', false, 'fail'],
    ['1.4.1', false, 'fail'],
  ])('nats-server %s, every write synced %s, is %s', (version, syncAlways, state) => {
    const check = natsVersionCheck(version, syncAlways);
    expect(check.state).toBe(state);
    // Whoever is told that something is wrong is told what to do.
    expect(check.mend !== undefined).toBe(state !== 'ok');
  });
});
