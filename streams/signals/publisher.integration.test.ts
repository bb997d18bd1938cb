import { afterAll, beforeAll, expect, it } from 'vitest';
import { Type } from '@sinclair/typebox';
import type { Signal } from '../../platform/contracts/signal.ts';
import { signalsStream } from '../../platform/contracts/subjects.ts';
import { countRows, createRig, type Rig } from '../testing/rig.ts';
import { createSignalPublisher } from '../../platform/signals/publisher.ts';

let rig: Rig;
beforeAll(async () => {
  rig = await createRig();
});
afterAll(async () => rig.close());

const firing: Signal = {
  id: 'topic.7',
  tenant: 'main',
  kind: 'trend',
  kpi: 'topic:sea',
  title: 'A line\twith a tab',
  dims: {},
  window: '1h',
  severity: 'info',
  state: 'firing',
  revision: 1,
  startedAtMs: 1_777_888_800_000,
  endedAtMs: null,
  evidence: { score: 0.5 },
  link: '/trends/7',
};
const resolved: Signal = { ...firing, state: 'resolved', revision: 2, endedAtMs: 1_777_892_400_000 };

it('a repeated signal is one message and one row; the highest revision is what people see', async () => {
  const signals = createSignalPublisher(rig.bus, rig.store);
  await signals.publish([firing]);
  await signals.publish([firing, resolved]);
  // As after a restart: another publisher, the same signals.
  await createSignalPublisher(rig.bus, rig.store).publish([firing, resolved]);
  await signals.publish([{ ...firing, tenant: 'other' }]);
  expect((await rig.bus.streamState(signalsStream)).messages).toBe(3);
  const rows = await rig.store.query(
    `SELECT title, state, revision FROM signals FINAL WHERE tenant = 'main'`,
    {},
    Type.Object({ title: Type.String(), state: Type.String(), revision: Type.Number() }),
  );
  expect(rows).toEqual([{ title: firing.title, state: 'resolved', revision: 2 }]);

  await signals.forget('main');
  expect((await rig.bus.streamState(signalsStream)).messages).toBe(1);
});

it('refuses a signal that does not follow its contract before anything is told', async () => {
  const signals = createSignalPublisher(rig.bus, rig.store);
  const before = (await rig.bus.streamState(signalsStream)).messages;
  const bad: Signal = { ...firing, id: 'bad', revision: 0 };
  await expect(signals.publish([{ ...firing, id: 'good' }, bad])).rejects.toMatchObject({
    code: 'STREAMS_SIGNAL_INVALID',
  });
  expect((await rig.bus.streamState(signalsStream)).messages).toBe(before);
  expect(await countRows(rig.store, `SELECT count() AS n FROM signals WHERE id IN ('good', 'bad')`)).toBe(0);
});
