import { createLog } from '../log/log.ts';
import { systemClock } from '../time/clock.ts';
import { createLifecycle } from './lifecycle.ts';

/** The process that lifecycle.integration.test.ts starts and signals; its argument says how it behaves. */
const behaviour = process.argv[2] ?? 'clean';
const log = createLog({ level: 'debug', destination: { write: (line) => void process.stdout.write(line) } });
const lifecycle = createLifecycle({
  log,
  clock: systemClock,
  stopDeadlineMs: behaviour === 'stop-slow' ? 20_000 : 700,
});

// As native code does that is torn down while it works.
if (behaviour === 'exit-hangs')
  process.on('exit', () => void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0));

lifecycle.add('first', async () => ({ stop: async () => say('first stopped') }));
lifecycle.add('second', async () => {
  if (behaviour === 'start-fails') throw new Error('no such port');
  const keepAlive = setInterval(() => {}, 1_000);
  return {
    stop: async () => {
      if (behaviour === 'stop-hangs' || behaviour === 'exit-hangs') await new Promise(() => {});
      if (behaviour === 'stop-short') await systemClock.sleep(400);
      if (behaviour === 'stop-slow') await systemClock.sleep(10_000);
      clearInterval(keepAlive);
      say('second stopped');
    },
  };
});

await lifecycle.run();
say(lifecycle.state());
if (behaviour === 'throws') setTimeout(() => undefinedFunction(), 1);
if (behaviour === 'rejects') void Promise.reject(new Error('nobody waits for me'));

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

function undefinedFunction(): never {
  throw new Error('thrown from a timer');
}
