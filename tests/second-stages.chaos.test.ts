import { afterAll, beforeAll, expect, it } from 'vitest';
import { systemClock } from '../platform/time/clock.ts';
import { everythingOn } from './chaos/everything-on.ts';
import { askPrivately } from './chaos/private-questions.ts';
import { createChaosRun, removeHome, type ChaosRun } from './chaos/run.ts';
import { auditSecondStages } from './chaos/second-stages.ts';
import { stagesSettled, stopWithStagesSettled } from './chaos/stages-settled.ts';

let run: ChaosRun;
beforeAll(async () => {
  run = await createChaosRun('stages', 20_261_125, everythingOn);
  await run.weir.start();
});
afterAll(async () => {
  await run.weir.end();
  removeHome(run);
});

it('killed again and again with every second stage at work, each of them ends where one undisturbed life does', async () => {
  const { weir } = run;
  const load = run.startLoad(2, 20, 100);
  const questions = askPrivately(weir);
  for (const aliveMs of [2_500, 1_200, 2_000]) {
    await systemClock.sleep(aliveMs);
    await weir.kill();
    await weir.start();
  }
  weir.signal('nats-server', 'SIGKILL');
  await systemClock.sleep(1_500);
  await load.stop();
  await stagesSettled(run);
  expect(await questions.stop()).toEqual([]);
  await stopWithStagesSettled(run);

  const { compared, problems } = auditSecondStages(weir.home);
  expect(problems).toEqual([]);
  for (const [what, count] of Object.entries({ mrrRows: 500, posts: 20, trendRows: 20, bands: 10_000 }))
    expect(compared[what], what).toBeGreaterThan(count);
  // Episodes are compared where the hours before now have any: an outage of the simulated network is no daily thing.
}, 600_000);
