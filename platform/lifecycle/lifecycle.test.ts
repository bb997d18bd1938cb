import { describe, expect, test } from 'vitest';
import { createLog } from '../log/log.ts';
import { createFakeClock } from '../time/clock.ts';
import { createLifecycle, type Lifecycle } from './lifecycle.ts';

function setup(stopDeadlineMs = 1_000) {
  const events: string[] = [];
  const lines: string[] = [];
  const clock = createFakeClock();
  const log = createLog({ level: 'debug', destination: { write: (line) => void lines.push(line) } });
  const lifecycle = createLifecycle({
    log,
    clock,
    stopDeadlineMs,
    exit: (code) => void events.push(`exit ${code}`),
  });
  const part = (name: string, stop: () => Promise<void> = async () => {}): void => {
    lifecycle.add(name, async () => {
      events.push(`start ${name}`);
      return {
        stop: async () => {
          events.push(`stop ${name}`);
          await stop();
        },
      };
    });
  };
  return { lifecycle, clock, events, lines, part };
}

async function never(): Promise<void> {
  await new Promise<void>(() => {});
}

describe('lifecycle', () => {
  test('starts in order and stops in reverse, once', async () => {
    const { lifecycle, events, part } = setup();
    part('nats');
    lifecycle.add('migrations', async () => void events.push('start migrations'));
    part('http');
    const states: string[] = [lifecycle.state()];
    await lifecycle.start();
    states.push(lifecycle.state());
    const codes = await Promise.all([lifecycle.stop('test'), lifecycle.stop('again')]);
    states.push(lifecycle.state());
    expect(events).toEqual(['start nats', 'start migrations', 'start http', 'stop http', 'stop nats']);
    expect(codes).toEqual([0, 0]);
    expect(states).toEqual(['new', 'running', 'stopped']);
    expect(lifecycle.stopping.aborted).toBe(true);
  });

  test('a part that does not start stops those before it and names itself', async () => {
    const { lifecycle, events, part } = setup();
    part('nats');
    lifecycle.add('http', async () => {
      throw new Error('port taken');
    });
    part('never reached');
    await expect(lifecycle.start()).rejects.toMatchObject({
      code: 'PLATFORM_START_FAILED',
      message: 'http did not start: port taken',
    });
    expect(events).toEqual(['start nats', 'stop nats']);
  });

  test('a part that fails to stop is logged, the rest still stop, the exit code is 1', async () => {
    const { lifecycle, events, lines, part } = setup();
    part('nats');
    part('http', async () => {
      throw new Error('socket stuck');
    });
    await lifecycle.start();
    expect(await lifecycle.stop('test')).toBe(1);
    expect(events.slice(2)).toEqual(['stop http', 'stop nats']);
    expect(lines.join('')).toContain('socket stuck');
  });

  test('the deadline is for the whole stop and names what hangs', async () => {
    const { lifecycle, clock, events, lines, part } = setup(1_000);
    part('nats');
    part('hangs', never);
    part('slow', async () => await clock.sleep(600));
    await lifecycle.start();
    const code = lifecycle.stop('test');
    await clock.advance(999);
    expect(lifecycle.state()).toBe('stopping');
    await clock.advance(1);
    expect(await code).toBe(1);
    expect(events.slice(3)).toEqual(['stop slow', 'stop hangs']);
    expect(lines.at(-1)).toContain('stop of hangs');
    expect(lines.at(-1)).toContain('"left":["nats"]');
  });

  test('what hangs inside a part is named, and the part is abandoned before the exit, for at most five seconds', async () => {
    const { lifecycle, clock, events, lines } = setup(1_000);
    lifecycle.add('engine', async () => ({
      stop: never,
      waitingFor: () => 'streams',
      abandon: async () => {
        events.push('abandoned');
        await never();
      },
    }));
    await lifecycle.start();
    const code = lifecycle.stop('test');
    await clock.advance(1_000);
    expect(events).toEqual(['abandoned']);
    expect(lines.at(-1)).toContain('"waitingFor":"stop of engine: streams"');
    let isOver = false;
    void code.then(() => {
      isOver = true;
    });
    await clock.advance(4_999);
    expect(isOver).toBe(false);
    await clock.advance(1);
    expect(await code).toBe(1);
  });

  test('a stop during the start waits for the part that is starting and skips the rest', async () => {
    const { lifecycle, clock, events, part } = setup();
    lifecycle.add('slow', async () => {
      await clock.sleep(100);
      events.push('start slow');
      return { stop: async () => void events.push('stop slow') };
    });
    part('later');
    const starting = lifecycle.start();
    const code = lifecycle.stop('signal');
    await clock.advance(100);
    await starting;
    expect(await code).toBe(0);
    expect(events).toEqual(['start slow', 'stop slow']);
  });

  test.each([
    ['a second start', async (lifecycle: Lifecycle) => await lifecycle.start()],
    ['a part added late', async (lifecycle: Lifecycle) => lifecycle.add('late', never)],
  ])('%s is a fault of the caller', async (_name, act) => {
    const { lifecycle } = setup();
    await lifecycle.start();
    await expect(act(lifecycle)).rejects.toMatchObject({ code: 'PLATFORM_INTERNAL' });
    await lifecycle.stop('test');
  });
});
