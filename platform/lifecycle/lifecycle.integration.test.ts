import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const fixture = fileURLToPath(new URL('lifecycle-process.fixture.ts', import.meta.url));

function launch(behaviour: string) {
  const child = spawn(process.execPath, [fixture, behaviour], { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  const waiters = new Set<() => void>();
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
    for (const check of waiters) check();
  });
  return {
    child,
    output: () => output,
    says: async (text: string): Promise<void> => {
      await new Promise<void>((resolve) => {
        const check = (): void => {
          if (!output.includes(text)) return;
          waiters.delete(check);
          resolve();
        };
        waiters.add(check);
        check();
      });
    },
    exitCode: async (): Promise<number | null> => {
      if (child.exitCode === null) await once(child, 'close');
      return child.exitCode;
    },
  };
}

describe('a process run by its lifecycle', () => {
  test.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)('%s stops every part and exits 0', async (signal) => {
    const { child, says, output, exitCode } = launch('clean');
    await says('running\n');
    child.kill(signal);
    expect(await exitCode()).toBe(0);
    expect(output()).toMatch(/second stopped\n[^]*first stopped\n/);
    expect(output()).toContain(`"reason":"${signal}"`);
  });

  test.each(['throws', 'rejects'])(
    'an error that nobody catches (%s) stops every part and exits 1',
    async (behaviour) => {
      const { output, exitCode } = launch(behaviour);
      expect(await exitCode()).toBe(1);
      expect(output()).toMatch(/uncaught error[^]*second stopped\n[^]*first stopped\n/);
    },
  );

  test('a failed start stops what had started and exits 1', async () => {
    const { output, exitCode } = launch('start-fails');
    expect(await exitCode()).toBe(1);
    expect(output()).toContain('first stopped');
    expect(output()).toContain('no such port');
  });

  test('a stop that hangs ends at the deadline with 1', async () => {
    const { child, says, output, exitCode } = launch('stop-hangs');
    await says('running\n');
    child.kill('SIGTERM');
    expect(await exitCode()).toBe(1);
    expect(output()).toContain('stop took longer than its deadline');
    expect(output()).not.toContain('first stopped');
  });

  test('an exit that hangs as well is ended from outside', async () => {
    const { child, says, output, exitCode } = launch('exit-hangs');
    await says('running\n');
    child.kill('SIGTERM');
    expect(await exitCode()).toBeNull();
    expect(child.signalCode).toBe('SIGKILL');
    expect(output()).toContain('stop took longer than its deadline');
  });

  test('a later signal ends a slow stop at once with 1; the echo of the first does not', async () => {
    const { child, says, output, exitCode } = launch('stop-slow');
    await says('running\n');
    child.kill('SIGINT');
    await says('stopping');
    child.kill('SIGINT');
    const again = setInterval(() => child.kill('SIGINT'), 300);
    expect(await exitCode()).toBe(1);
    clearInterval(again);
    expect(output().match(/second signal/g)).toHaveLength(1);
    expect(output()).not.toContain('second stopped');
  });

  test('the two signals of one Ctrl-C under npm stop it cleanly', async () => {
    const { child, says, exitCode } = launch('stop-short');
    await says('running\n');
    child.kill('SIGINT');
    await says('stopping');
    child.kill('SIGINT');
    expect(await exitCode()).toBe(0);
  });
});
