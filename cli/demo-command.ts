import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Type } from '@sinclair/typebox';
import { Value } from '@sinclair/typebox/value';
import { Job } from '../platform/contracts/api.ts';
import { WeirError } from '../platform/errors/weir-error.ts';
import type { Clock } from '../platform/time/clock.ts';

const Running = Type.Object({ url: Type.String() });
const POLL_MS = 300;

/** `weir demo remove`: asks the running engine to remove everything simulated and waits until it is gone. */
export async function removeDemo(
  home: string,
  adminKey: string | undefined,
  clock: Clock,
  say: (line: string) => void,
): Promise<number> {
  const url = await readFile(join(home, 'run', 'engine.json'), 'utf8').then(
    (text) => {
      const running: unknown = JSON.parse(text);
      return Value.Check(Running, running) ? running.url : undefined;
    },
    () => undefined,
  );
  if (url === undefined)
    throw new WeirError('PLATFORM_START_FAILED', `No engine runs on ${home}. Start it with: npm start`);
  const key = adminKey ?? (await readFile(join(home, 'admin.key'), 'utf8')).trim();
  const headers = { authorization: `Bearer ${key}` };
  const ask = async (method: string, path: string): Promise<Job> => {
    const response = await fetch(`${url}${path}`, { method, headers });
    const body: unknown = await response.json();
    if (response.ok && Value.Check(Job, body)) return body;
    const detail =
      typeof body === 'object' && body !== null && 'detail' in body
        ? String(body.detail)
        : `status ${response.status}`;
    throw new WeirError('PLATFORM_START_FAILED', `The engine refused: ${detail}`);
  };
  let job = await ask('DELETE', '/api/v1/demo');
  let told = '';
  while (job.state === 'queued' || job.state === 'running') {
    const line = `${String(Math.round(job.percent)).padStart(3)}% ${job.stage}`;
    if (line !== told) say(line);
    told = line;
    await clock.sleep(POLL_MS);
    job = await ask('GET', `/api/v1/jobs/${job.id}`);
  }
  say(job.state === 'done' ? 'Everything simulated is removed.' : `Failed: ${job.error ?? 'see the log'}`);
  return job.state === 'done' ? 0 : 1;
}
