import { parseArgs } from 'node:util';
import { evalAllocateCommand } from '../models/allocation/eval-command.ts';
import { systemClock } from '../platform/time/clock.ts';
import { evalAnomalies } from './eval-anomalies.ts';
import { evalForecast, type EvalForecastOptions } from './eval-forecast.ts';

const evalHelp = `weir eval: runs a method of Weir over a folder of series and writes what it answers

  weir eval anomalies --data DIR --out DIR
      every CSV (timestamp,value) under --data, scored as it would be live: timestamp,value,anomaly_score
      under --out. 0.5 is expected about once a week where nothing is wrong; one alarm an episode.

  weir eval forecast --train CSV --horizon H --season S --out CSV [--levels 95] [--threads N]
      every series of a file in the form of the M4 competition; points to --out, bounds of each level beside
      it as NAME.lower-95.csv and NAME.upper-95.csv. Prints the weights of the members and the CPU it took.
  weir eval allocate --in problem.json --out solution.json
      divides resources over channels with a certified gap; models/allocation/README.md has the form.

Exit code 0 when every file was read, 1 when one was not, 2 on wrong arguments.
`;

/** Runs `weir eval …`: what comes after the word eval. Answers the exit code; throws `EVAL_DATA_MISSING` without data. */
export async function evalCommand(args: readonly string[], say: (line: string) => void): Promise<number> {
  if (args.includes('--help')) {
    say(evalHelp);
    return 0;
  }
  const [name, ...rest] = args;
  if (name === 'allocate') return await evalAllocateCommand(rest, systemClock, say);
  const given = parsed(args);
  if (given === undefined) {
    say(evalHelp);
    return 2;
  }
  return 'data' in given ? evalAnomalies(given.data, given.out, say) : await evalForecast(given, say);
}

type Given = { readonly data: string; readonly out: string } | EvalForecastOptions;

function parsed(args: readonly string[]): Given | undefined {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        data: { type: 'string' },
        out: { type: 'string' },
        train: { type: 'string' },
        horizon: { type: 'string' },
        season: { type: 'string' },
        levels: { type: 'string', default: '' },
        threads: { type: 'string' },
      },
    });
    const { data, out, train } = values;
    if (positionals.length !== 1 || out === undefined) return undefined;
    if (positionals[0] === 'anomalies') return data === undefined ? undefined : { data, out };
    if (positionals[0] !== 'forecast' || train === undefined) return undefined;
    const horizon = whole(values.horizon, 1_000);
    const season = whole(values.season, 1_000);
    const threads = values.threads === undefined ? undefined : whole(values.threads, 64);
    const levels = values.levels
      .split(',')
      .filter((text) => text !== '')
      .map(Number);
    const isComplete =
      horizon !== undefined && season !== undefined && levels.every((level) => level > 0 && level < 100);
    if (!isComplete || (values.threads !== undefined && threads === undefined)) return undefined;
    return { train, out, horizon, season, levels, ...(threads === undefined ? {} : { threads }) };
  } catch {
    return undefined;
  }
}

function whole(text: string | undefined, most: number): number | undefined {
  const value = Number(text);
  return Number.isInteger(value) && value >= 1 && value <= most ? value : undefined;
}
