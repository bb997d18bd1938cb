import { parseArgs } from 'node:util';
import { measureCurves } from './allocation-curves.ts';
import { measureScenarios } from './allocation-scenarios.ts';
import { allocationReport, measureAllocation } from './allocation.ts';
import { measureChurn } from './churn.ts';
import { dashboardsReport, measureDashboards } from './dashboards.ts';
import { falseAlarmsReport, measureFalseAlarms } from './false-alarms.ts';
import { measureForecasts } from './forecast.ts';
import { measureModelsMemory } from './models-memory.ts';
import { measureModels, modelsReport } from './models.ts';
import { measurePricing } from './pricing.ts';
import { measureRender, renderReport } from './render.ts';
import { measureResponses } from './responses.ts';
import { measureRevenuePlans } from './revenue-plan.ts';
import { measureSoak, soakReport } from './soak.ts';
import { spineReport } from './spine-report.ts';
import { measureSpine } from './spine.ts';
import { measureStreams, streamsReport } from './streams.ts';
import { trendsReport } from './trends/report.ts';
import { writeSection, type WrittenDocument } from './write-section.ts';

type Tell = (line: string) => void;

/** Something `weir bench` measures: answers its section of docs/benchmarks.md or docs/models.md. */
interface Subject {
  readonly usage: string;
  /** Where `--write` puts its section; docs/benchmarks.md unless set. */
  readonly document?: WrittenDocument;
  run(option: (name: string, fallback: number) => number, tell: Tell): Promise<string>;
}

const subjects: Readonly<Record<string, Subject>> = {
  spine: {
    usage:
      'spine [--seconds 15]                  throughput, latency, memory, restart against the bare ceiling',
    run: async (option, tell) => {
      const seconds = option('seconds', 15);
      return spineReport(await measureSpine(seconds, tell), seconds);
    },
  },
  soak: {
    usage: 'soak [--minutes 20] [--rate 20000]    memory and backlog under a steady load',
    run: async (option, tell) =>
      soakReport(await measureSoak(option('minutes', 20), option('rate', 20_000), tell)),
  },
  trends: {
    usage:
      'trends [--fit 1]                      trend detection judged on real data (docs/trend-evaluation.md)',
    run: async (option, tell) => await trendsReport(option('fit', 0.5) >= 1, tell),
  },
  streams: {
    usage:
      'streams                               the pure cores: windows, distinct counts, quantiles, top terms, trends, anomalies',
    run: async (_option, tell) => streamsReport(measureStreams(tell)),
  },
  dashboards: {
    usage: 'dashboards [--seconds 15]             2,000 sockets, first paint and first number in Chromium',
    run: async (option, tell) => dashboardsReport(await measureDashboards(option('seconds', 15), tell)),
  },
  'false-alarms': {
    usage:
      'false-alarms [--weeks 6] [--seeds 3]  what "about N false alarms a week" comes to on simulated networks',
    run: (option, tell) => {
      const weeks = option('weeks', 6);
      const seeds = option('seeds', 3);
      return Promise.resolve(falseAlarmsReport(measureFalseAlarms(weeks, seeds, tell), weeks, seeds));
    },
  },
  models: {
    usage:
      'models                                train and forecast on every backend of TensorFlow.js, against plain CPU',
    run: async (_option, tell) =>
      `${modelsReport(await measureModels(tell))}\n\n${await measureModelsMemory()}`,
  },
  forecast: {
    usage:
      'forecast                              members and ensemble on the M4 series, past origins and test part',
    document: 'models',
    run: async (_option, tell) => await measureForecasts(tell),
  },
  churn: {
    usage: 'churn [--repeats 3]                   churn model on the Telco customers, cross-validated',
    document: 'models',
    run: (option, tell) => Promise.resolve(measureChurn(option('repeats', 3), tell)),
  },
  pricing: {
    usage: 'pricing                               elasticities and held-out demand on the avocado markets',
    document: 'models',
    run: () => Promise.resolve(measurePricing()),
  },
  render: {
    usage:
      'render [--seconds 10]                 pages, charts and thumbnails a second; seconds a second of video',
    run: async (option, tell) => renderReport(await measureRender(option('seconds', 10), tell)),
  },
  responses: {
    usage: 'responses                             response curves on held-out weeks and against known truth',
    document: 'models',
    run: () => Promise.resolve(measureResponses()),
  },
  allocation: {
    usage:
      'allocation                            CPU time and certified gap of the allocator by size and shape',
    run: async (_, tell) =>
      [
        allocationReport(await measureAllocation(tell)),
        await measureRevenuePlans(tell),
        await measureScenarios(tell),
        await measureCurves(tell),
      ].join('\n\n'),
  },
};

const say: Tell = (line) => {
  process.stdout.write(`${line}\n`);
};

/** `weir bench [subject] [--option N] [--write]`: measures in one run what is claimed; `--write` puts it into the documentation. */
export async function benchCommand(args: readonly string[]): Promise<number> {
  const usage = `usage: weir bench <subject> [--write]\n${Object.values(subjects)
    .map((subject) => `  ${subject.usage}`)
    .join('\n')}`;
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        seconds: { type: 'string' },
        minutes: { type: 'string' },
        rate: { type: 'string' },
        fit: { type: 'string' },
        repeats: { type: 'string' },
        weeks: { type: 'string' },
        seeds: { type: 'string' },
        write: { type: 'boolean', default: false },
      },
    });
    const [name = 'spine'] = positionals;
    const subject = subjects[name];
    if (subject === undefined) throw new RangeError(`there is nothing called ${name} to measure`);
    const option = (key: string, fallback: number): number => {
      const given: unknown = Object.getOwnPropertyDescriptor(values, key)?.value;
      const value = given === undefined ? fallback : Number(given);
      if (!(value > 0 && value <= 1_000_000)) throw new RangeError(`--${key} must be a number above 0`);
      return value;
    };
    const report = await subject.run(option, say);
    say(`\n${report}`);
    if (values.write)
      writeSection(
        name,
        `npm run bench -- ${args.filter((each) => each !== '--write').join(' ')}`,
        report,
        subject.document ?? 'benchmarks',
      );
    return 0;
  } catch (error) {
    if (!(error instanceof RangeError || error instanceof TypeError)) throw error;
    say(`${error.message}\n${usage}`);
    return 2;
  }
}
