import { parseArgs } from 'node:util';
import { evalAllocateCommand } from '../models/allocation/eval-command.ts';
import { messageOf } from '../platform/errors/weir-error.ts';
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
  if (typeof given === 'string') {
    say(`${given}\nweir eval --help says what there is.`);
    return 2;
  }
  return 'data' in given ? evalAnomalies(given.data, given.out, say) : await evalForecast(given, say);
}

type Given = { readonly data: string; readonly out: string } | EvalForecastOptions;

/** What was asked for, or what is wrong with it. */
function parsed(args: readonly string[]): Given | string {
  let read: ReturnType<typeof readArgs>;
  try {
    read = readArgs(args);
  } catch (error) {
    return `weir eval: ${messageOf(error)}`;
  }
  const { positionals, values } = read;
  const [name, ...more] = positionals;
  if (name !== 'anomalies' && name !== 'forecast')
    return name === undefined ? 'weir eval: say what to evaluate' : `weir eval: there is no "${name}"`;
  const command = `weir eval ${name}:`;
  if (more.length > 0) return `${command} "${more[0]}" is no option`;
  const { data, out, train } = values;
  if (out === undefined) return `${command} --out is missing`;
  if (name === 'anomalies') return data === undefined ? `${command} --data is missing` : { data, out };
  if (train === undefined) return `${command} --train is missing`;
  const horizon = whole('horizon', values.horizon, 1_000);
  const season = whole('season', values.season, 1_000);
  const threads = values.threads === undefined ? undefined : whole('threads', values.threads, 64);
  const levels = values.levels
    .split(',')
    .filter((text) => text !== '')
    .map(Number);
  for (const each of [horizon, season, threads]) if (typeof each === 'string') return `${command} ${each}`;
  if (!levels.every((level) => level > 0 && level < 100))
    return `${command} --levels must be percentages above 0 and below 100, such as 80,95, not "${values.levels}"`;
  if (typeof horizon !== 'number' || typeof season !== 'number') return `${command} --horizon is missing`;
  return { train, out, horizon, season, levels, ...(typeof threads === 'number' ? { threads } : {}) };
}

function readArgs(args: readonly string[]) {
  return parseArgs({
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
}

/** The number, or what is wrong with it. */
function whole(name: string, text: string | undefined, most: number): number | string {
  if (text === undefined) return `--${name} is missing`;
  const value = Number(text);
  return Number.isInteger(value) && value >= 1 && value <= most
    ? value
    : `--${name} must be a whole number from 1 to ${most}, not "${text}"`;
}
