import sharp from 'sharp';
import { asWeirError } from '../../platform/errors/weir-error.ts';
import { make } from './make.ts';
import type { FromWork, Task } from './task.ts';

/**
 * The process in which one render is made: it gets one task, says how far it is, and ends. Its folder is its first argument. When the
 * engine that started it is gone, it ends, too.
 */
const [, , folder = '.'] = process.argv;
// One core a render: how many run at once is the queue's business.
sharp.concurrency(1);
sharp.cache(false);

let isDone = false;
const say = (message: FromWork): void => void process.send?.(message);

async function work(task: Task): Promise<void> {
  try {
    const made = await make(task, folder, (stage, percent) => say({ kind: 'progress', stage, percent }));
    const { user, system } = process.cpuUsage();
    say({ kind: 'done', ...made, cpuMs: Math.round((user + system) / 1_000) });
  } catch (error) {
    const { code, message } = asWeirError(error);
    say({ kind: 'failed', code, message });
  }
  isDone = true;
  process.disconnect();
}

process.once('message', (task: Task) => void work(task));
process.on('disconnect', () => {
  if (isDone) process.exit(0);
  // The engine is gone: with us goes what we started. We lead our own group (see adapters/work-process.ts).
  process.kill(-process.pid, 'SIGKILL');
});
