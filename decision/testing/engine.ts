import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { resolveConfig } from '../../platform/config/config.ts';
import { signalsStream } from '../../platform/contracts/subjects.ts';
import { silentLog } from '../../platform/log/log.ts';
import { systemClock } from '../../platform/time/clock.ts';
import { createRandom } from '../../platform/time/random.ts';
import { decisionConfig } from '../config.ts';
import { start, type DecisionDeps } from '../main.ts';

/** The decision engine beside somebody else's servers, with a home of its own. */
export async function startTestEngine(
  deps: Pick<DecisionDeps, 'bus' | 'store' | 'access' | 'metrics'>,
): Promise<{ stop(): Promise<void> }> {
  const home = mkdtempSync(join(tmpdir(), 'weir-decision-'));
  await deps.bus.ensureStream({ name: signalsStream, subjects: [`${signalsStream}.*.*`], maxBytes: 1 << 24 });
  const { bus, store, access, metrics } = deps;
  const engine = await start(
    {
      bus,
      store,
      access,
      metrics,
      home,
      clock: systemClock,
      random: createRandom(1),
      log: silentLog,
      owner: 'test',
    },
    resolveConfig([decisionConfig], {}, undefined).get(decisionConfig),
  );
  return {
    stop: async () => {
      await engine.stop();
      rmSync(home, { recursive: true, force: true });
    },
  };
}
