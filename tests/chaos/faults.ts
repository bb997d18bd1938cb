import { readdirSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock } from '../../platform/time/clock.ts';
import type { Random } from '../../platform/time/random.ts';
import type { Target, WeirProcess } from './weir-process.ts';

export interface Fault {
  readonly name: string;
  /** How often, against the others. */
  readonly weight: number;
  /** Does it and resolves when it is over and Weir runs again; answers what it did. */
  inject(weir: WeirProcess, random: Random): Promise<string>;
}

const freeze = (target: Target, longestMs: number): Fault => ({
  name: `freeze ${target}`,
  weight: 2,
  inject: async (weir, random) => {
    const forMs = 200 + random.int(longestMs);
    weir.signal(target, 'SIGSTOP');
    await systemClock.sleep(forMs);
    weir.signal(target, 'SIGCONT');
    return `for ${forMs} ms`;
  },
});

const kill = (target: Exclude<Target, 'weir'>): Fault => ({
  name: `kill ${target}`,
  weight: 3,
  inject: async (weir) => {
    weir.signal(target, 'SIGKILL');
    return 'its supervisor brings it back';
  },
});

/** Faults after which nothing that was acknowledged may be missing. */
export const faults: readonly Fault[] = [
  {
    name: 'kill weir',
    weight: 4,
    inject: async (weir, random) => {
      await weir.kill();
      const pauseMs = random.int(1_000);
      await systemClock.sleep(pauseMs);
      await weir.start();
      return `and start it ${pauseMs} ms later`;
    },
  },
  {
    name: 'kill weir while it starts',
    weight: 2,
    inject: async (weir, random) => {
      await weir.kill();
      const starting = weir.start().catch(() => undefined);
      const afterMs = 50 + random.int(2_500);
      await systemClock.sleep(afterMs);
      await weir.kill();
      await starting;
      await weir.start();
      return `${afterMs} ms after it began`;
    },
  },
  {
    name: 'stop and start weir',
    weight: 1,
    inject: async (weir) => {
      const code = await weir.stop();
      if (code !== 0) throw new Error(`a clean stop ended with ${code}:\n${weir.log()}`);
      await weir.start();
      return 'cleanly';
    },
  },
  {
    name: 'kill everything at once',
    weight: 2,
    inject: async (weir) => {
      for (const target of ['nats-server', 'redis-server'] as const) weir.signal(target, 'SIGKILL');
      await weir.kill();
      await weir.start();
      return 'and start again';
    },
  },
  {
    name: 'kill weir over a frozen nats-server',
    weight: 1,
    inject: async (weir) => {
      weir.signal('nats-server', 'SIGSTOP');
      await systemClock.sleep(300);
      await weir.kill();
      await weir.start();
      return 'which the next start has to end';
    },
  },
  kill('nats-server'),
  kill('redis-server'),
  // Publishes give up and are repeated beyond the duplicate window the chaos runs set.
  freeze('nats-server', 6_000),
  freeze('redis-server', 3_000),
  freeze('weir', 4_000),
];

export function pickFault(random: Random): Fault {
  const total = faults.reduce((sum, { weight }) => sum + weight, 0);
  let at = random.int(total);
  for (const fault of faults) {
    at -= fault.weight;
    if (at < 0) return fault;
  }
  return random.pick(faults);
}

/** Cuts the end off the newest block of the event log, as a file system does that had not written it. Weir's nats-server must not run. */
export function cutLogEnd(home: string, bytes: number): { readonly file: string; readonly cut: number } {
  const directory = join(home, 'nats', 'jetstream', '$G', 'streams', 'events', 'msgs');
  const blocks = readdirSync(directory)
    .filter((name) => name.endsWith('.blk'))
    .sort((a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10))
    .map((name) => join(directory, name))
    .filter((path) => statSync(path).size > 0);
  const file = blocks.at(-1);
  if (file === undefined) throw new Error(`no block of the event log in ${directory}`);
  const { size } = statSync(file);
  const cut = Math.min(bytes, size);
  truncateSync(file, size - cut);
  return { file, cut };
}
