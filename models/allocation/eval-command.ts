import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { messageOf, WeirError } from '../../platform/errors/weir-error.ts';
import type { Clock } from '../../platform/time/clock.ts';
import { createLinearSolver } from './linear.ts';
import { solveAllocation } from './solve.ts';

const usage = 'usage: weir eval allocate --in problem.json [--out solution.json]';

/** `weir eval allocate`: solves the problem of a file and writes the solution; without --out it prints it. Answers the exit code. */
export async function evalAllocateCommand(
  args: readonly string[],
  clock: Clock,
  say: (text: string) => void,
): Promise<number> {
  let values: { in?: string | undefined; out?: string | undefined };
  try {
    ({ values } = parseArgs({
      args: [...args],
      options: { in: { type: 'string' }, out: { type: 'string' } },
    }));
  } catch (error) {
    say(`${messageOf(error)}\n${usage}`);
    return 2;
  }
  if (values.in === undefined) {
    say(usage);
    return 2;
  }
  const problem = readProblem(values.in);
  const solution = solveAllocation(problem, { clock, linearSolver: await createLinearSolver() });
  const text = `${JSON.stringify(solution, undefined, 1)}\n`;
  if (values.out === undefined) {
    say(text);
    return 0;
  }
  try {
    writeFileSync(values.out, text);
  } catch (error) {
    throw new WeirError('EVAL_FILE_INVALID', `cannot write ${values.out}: ${messageOf(error)}`, {
      cause: error,
    });
  }
  say(
    `objective ${solution.objective}, bound ${solution.bound}, gap ${solution.gap ?? 'unknown'}, ${solution.ms.toFixed(1)} ms`,
  );
  for (const note of solution.notes) say(note);
  return 0;
}

function readProblem(path: string): unknown {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new WeirError('EVAL_FILE_INVALID', `cannot read ${path}: ${messageOf(error)}`, { cause: error });
  }
  try {
    const parsed: unknown = JSON.parse(text);
    return parsed;
  } catch (error) {
    throw new WeirError(
      'EVAL_FILE_INVALID',
      `${path} is not JSON (which has no NaN and no Infinity): ${messageOf(error)}`,
      { cause: error },
    );
  }
}
