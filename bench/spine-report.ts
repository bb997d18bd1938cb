import type { SpineResult } from './spine.ts';

/** The spine's figures as a section of docs/benchmarks.md. */
export function spineReport(r: SpineResult, seconds: number): string {
  const met = (isMet: boolean): string => (isMet ? 'met' : 'missed');
  const sustained = Math.min(r.spine.eventsPerSecond, r.spine.storedPerSecond);
  const rows = [
    ['Whole spine, sustained, batches of 500', `${sustained} events/s`, '100,000', met(sustained >= 100_000)],
    ['Ratio to the bare ceiling of the same run', r.ratio.toFixed(2), '0.60', met(r.ratio >= 0.6)],
    [
      'The same, if storing the rows were all the engine did',
      r.bestRatio.toFixed(2),
      '',
      `${r.ceilingCpuPerEvent.toFixed(1)} µs of CPU an event for the ceiling, ${r.insertFloor.toFixed(1)} for its row in ClickHouse`,
    ],
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
  return `Engine, nats-server, ClickHouse and load generator together on the machine; ${seconds} s each stage.

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
