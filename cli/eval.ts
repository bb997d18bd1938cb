import { parseArgs } from 'node:util';
import { evalAnomalies } from './eval-anomalies.ts';

export const evalHelp = `weir eval: runs a method of Weir over a folder of series and writes what it answers

  weir eval anomalies --data DIR --out DIR
      every CSV (timestamp,value) under --data, scored as it would be live: timestamp,value,anomaly_score
      under --out. 0.5 is expected about once a week where nothing is wrong; one alarm an episode.

Exit code 0 when every file was read, 1 when one was not, 2 on wrong arguments.
`;

/** Runs `weir eval …`: what comes after the word eval. Answers the exit code; throws `EVAL_DATA_MISSING` without data. */
export function evalCommand(args: readonly string[], say: (line: string) => void): number {
  const given = parsed(args);
  if (given === undefined) {
    say(evalHelp);
    return 2;
  }
  return evalAnomalies(given.data, given.out, say);
}

function parsed(args: readonly string[]): { readonly data: string; readonly out: string } | undefined {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { data: { type: 'string' }, out: { type: 'string' } },
    });
    const { data, out } = values;
    const isComplete = positionals.length === 1 && positionals[0] === 'anomalies';
    return isComplete && data !== undefined && out !== undefined ? { data, out } : undefined;
  } catch {
    return undefined;
  }
}
