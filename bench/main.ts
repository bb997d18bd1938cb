import { writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { parseArgs } from 'node:util';
import { measureSpine, type SpineResult } from './spine.ts';

const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

/** `weir bench [spine] [--seconds 15] [--write]`: measures in one run what is claimed; `--write` puts it into docs/benchmarks.md. */
export async function benchCommand(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { seconds: { type: 'string', default: '15' }, write: { type: 'boolean', default: false } },
  });
  const [what = 'spine'] = positionals;
  const seconds = Number(values.seconds);
  if (what !== 'spine' || !(seconds >= 1 && seconds <= 600)) {
    say('usage: weir bench [spine] [--seconds 1..600] [--write]');
    return 2;
  }
  const result = await measureSpine(seconds, say);
  const report = spineReport(result, seconds);
  say(`\n${report}`);
  if (values.write) writeFileSync(new URL('../docs/benchmarks.md', import.meta.url), report);
  return 0;
}

function spineReport(r: SpineResult, seconds: number): string {
  const met = (isMet: boolean): string => (isMet ? 'met' : 'missed');
  const sustained = Math.min(r.spine.eventsPerSecond, r.spine.storedPerSecond);
  const rows = [
    ['Whole spine, sustained, batches of 500', `${sustained} events/s`, '100,000', met(sustained >= 100_000)],
    ['Ratio to the bare ceiling of the same run', r.ratio.toFixed(2), '0.60', met(r.ratio >= 0.6)],
    ['Bare ceiling (HTTP, JSON.parse, JetStream publish)', `${r.ceiling.eventsPerSecond} events/s`, '', ''],
    [
      'One event a request, 64 connections',
      `${r.single.eventsPerSecond} events/s (ceiling ${r.singleCeiling.eventsPerSecond})`,
      '10,000',
      met(r.single.eventsPerSecond >= 10_000),
    ],
    [
      `Accepted to stored at ${r.half.eventsPerSecond} events/s`,
      `p50 ${r.half.storedP50Ms} ms, p99 ${r.half.storedP99Ms} ms`,
      '',
      '',
    ],
    [
      `Accepted to socket at ${r.half.eventsPerSecond} events/s`,
      `p50 ${r.half.socketP50Ms} ms, p99 ${r.half.socketP99Ms} ms (${r.half.updates} updates)`,
      'p50 120 ms, p99 250 ms',
      met(r.half.socketP50Ms < 120 && r.half.socketP99Ms < 250),
    ],
    [
      'Memory of the whole process, 10,000 live contents',
      `${Math.round(r.residentMiB)} MiB`,
      '1,536 MiB',
      met(r.residentMiB < 1_536),
    ],
    [
      `Restart after kill -9, ${r.restart.events} events to apply again`,
      `${r.restart.caughtUpSeconds.toFixed(1)} s (doors open after ${r.restart.readySeconds.toFixed(1)} s)`,
      '10 s',
      met(r.restart.caughtUpSeconds < 10),
    ],
  ];
  const machine = `${cpus().length} cores (${cpus()[0]?.model ?? 'unknown'}), ${Math.round(totalmem() / 1024 ** 3)} GiB, Node ${process.versions.node}`;
  return `# Benchmarks

Written by \`npm run bench -- spine --seconds ${seconds} --write\` on ${new Date().toISOString().slice(0, 10)}.
Machine: ${machine}; engine, nats-server, ClickHouse and load generator together on it.

| what | measured | goal | |
|---|---|---|---|
${rows.map((row) => `| ${row.join(' | ')} |`).join('\n')}

Load: nine \`video_view\` to one \`ad_impression\`, 10,000 contents, 100 channels, 200,000 viewers. ${r.spine.failures} of the requests failed.

CPU an event, whole spine at full load:

| where | µs |
|---|---|
${Object.entries(r.cpuPerEvent)
  .map(([where, us]) => `| ${where} | ${us.toFixed(2)} |`)
  .join('\n')}
| sum | ${Object.values(r.cpuPerEvent)
    .reduce((sum, us) => sum + us, 0)
    .toFixed(2)} |
`;
}
