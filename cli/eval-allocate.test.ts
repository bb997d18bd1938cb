import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import { evalCommand } from './eval.ts';

const home = mkdtempSync(join(tmpdir(), 'weir-eval-allocate-'));
afterAll(() => rmSync(home, { recursive: true }));

async function run(...args: string[]): Promise<{ code: number; said: string }> {
  const said: string[] = [];
  const code = await evalCommand(['allocate', ...args], (line) => void said.push(line));
  return { code, said: said.join('\n') };
}

function file(name: string, content: string): string {
  const path = join(home, name);
  writeFileSync(path, content);
  return path;
}

// Two logarithms with the same half: 2/(1 + x) = 1/(1 + 10 − x), x = 7.
const problem = {
  resources: [{ id: 'money', total: 10 }],
  channels: [
    { id: 'a', curves: { money: { type: 'log', scale: 2, half: 1 } } },
    { id: 'b', curves: { money: { type: 'log', scale: 1, half: 1 } } },
  ],
};

describe('weir eval allocate', () => {
  it('writes the allocation, its objective, bound, gap and time', async () => {
    const out = join(home, 'solution.json');
    const { code, said } = await run('--in', file('problem.json', JSON.stringify(problem)), '--out', out);
    expect(code).toBe(0);
    expect(said).toMatch(/objective .* bound .* gap .* ms/);
    const solution = JSON.parse(readFileSync(out, 'utf8'));
    expect(solution.allocation.a.money).toBeCloseTo(7, 4);
    expect(solution.allocation.b.money).toBeCloseTo(3, 4);
    expect(solution.objective).toBeCloseTo(2 * Math.log(8) + Math.log(4), 6);
    expect(solution.gap).toBeLessThanOrEqual(1e-4);
    expect(solution.ms).toBeGreaterThanOrEqual(0);
  });

  it('prints the solution without --out', async () => {
    const { code, said } = await run('--in', file('problem.json', JSON.stringify(problem)));
    expect([code, JSON.parse(said).method]).toEqual([0, 'branch-and-bound']);
  });

  it('wrong arguments are 2 with the usage', async () => {
    expect((await run()).code).toBe(2);
    expect((await run('--what', 'x')).said).toMatch(/usage: weir eval allocate/);
  });

  it.each([
    ['a file that is not there', 'nowhere.json', undefined, /cannot read/],
    ['no JSON', 'text.json', '{"resources": NaN}', /not JSON \(which has no NaN/],
    ['another form', 'form.json', '{"resources": []}', /allocation problem is wrong/],
    [
      'limits that contradict',
      'contradictory.json',
      JSON.stringify({ ...problem, resources: [{ id: 'money', total: 10, minShare: 0.6 }] }),
      /floors of all channels sum to 12/,
    ],
  ])('%s is one clear error', async (_name, name, content, message) => {
    const path = content === undefined ? join(home, name) : file(name, content);
    await expect(run('--in', path)).rejects.toThrow(message);
  });
});

const reference = fileURLToPath(new URL('../../shared/reference/allocation', import.meta.url));
const isThere = existsSync(reference);
if (!isThere) console.warn('skipped: the reference problems are not at ../shared/reference/allocation');

describe.skipIf(!isThere)('weir eval allocate on the reference problems', () => {
  it('comes within .01% of every optimum that is known', async () => {
    const names = readdirSync(reference)
      .filter((name) => name.endsWith('.json'))
      .slice(0, 8);
    for (const name of names) {
      const path = join(reference, name);
      const parsed = JSON.parse(readFileSync(path, 'utf8'));
      const known: number = parsed.reference.opt;
      const input = file(name, JSON.stringify(parsed.problem));
      const { said } = await run('--in', input);
      expect(JSON.parse(said).objective, name).toBeGreaterThanOrEqual(known * (1 - 1e-4));
    }
    expect(names.length).toBeGreaterThan(0);
  });
});
