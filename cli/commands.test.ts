import { afterEach, expect, test, vi } from 'vitest';
import { runCommand } from './commands.ts';

afterEach(() => vi.restoreAllMocks());

async function run(...words: string[]): Promise<{ code: number; said: string }> {
  let said = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    said += String(text);
    return true;
  });
  const [command = '', ...args] = words;
  // A home nobody has: an engine that started would leave one.
  const code = await runCommand(command, args, { WEIR_HOME: '/dev/null/nowhere' });
  return { code, said };
}

test.each(['up', 'config', 'doctor'])('%s --help tells, and starts nothing', async (command) => {
  const { code, said } = await run(command, '--help');
  expect(code).toBe(0);
  expect(said).toContain('weir up');
});

test('what is not understood is named and starts nothing', async () => {
  const { code, said } = await run('up', '--port', '9');
  expect(code).toBe(2);
  expect(said).toMatch(/takes no arguments; "--port 9".*WEIR_/);
});
