import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Type } from '@sinclair/typebox';
import { Value } from '@sinclair/typebox/value';
import { connectBus, createJsonCodec, type Bus } from '../platform/bus/bus.ts';
import { openKv } from '../platform/bus/kv.ts';
import { homeOf, type Environment } from '../platform/config/config.ts';
import { buckets } from '../platform/contracts/subjects.ts';
import {
  incidentPrefix,
  verifySubject,
  VerifyReport,
  type AcknowledgedMark,
  type VerifyRequest,
} from '../platform/contracts/verify.ts';
import { isWeirError, WeirError } from '../platform/errors/weir-error.ts';
import { createStops } from '../platform/lifecycle/stops.ts';
import { createLog, type Log } from '../platform/log/log.ts';
import { createMetrics } from '../platform/metrics/metrics.ts';
import { systemClock } from '../platform/time/clock.ts';
import { readAcknowledged } from './acknowledged.ts';
import { loadWeirConfig } from './config.ts';
import { startEngineThread } from './engine-thread.ts';
import { processorData, startGround } from './ground.ts';

export const verifyHelp = `weir verify: audits what is stored against what was accepted

  Every KPI window is counted again from the stored events, every event must be stored once, and the log must hold
  what was acknowledged, or what is missing is named. Works on the running engine; without one it starts the
  processors for as long as it takes, with no door open.

  --json             print the report as JSON
  --timeout SECONDS  wait at most this long for the engine to catch up (default 60)
  --settle           afterwards file the losses named as known, so that later runs leave them out

  weir verify audit  looks at the audit trail instead; weir verify audit --help

Exit code 0 when everything is right, 1 when something is wrong, 2 on wrong arguments.
`;

const Engine = Type.Object({
  pid: Type.Integer(),
  url: Type.String(),
  natsUrl: Type.String(),
  natsToken: Type.Optional(Type.String()),
});

/** The audit itself may read everything that is stored. */
const AUDIT_TIMEOUT_MS = 3_600_000;

/** Runs `weir verify` and answers its exit code. */
export async function verifyCommand(
  args: readonly string[],
  env: Environment,
  say: (line: string) => void,
): Promise<number> {
  const options = parse(args);
  if (options === undefined) {
    say(verifyHelp);
    return 2;
  }
  const { settleTimeoutMs } = options;
  const work = async (bus: Bus, acknowledged: AcknowledgedMark | undefined): Promise<VerifyReport> => {
    const request = { settleTimeoutMs, ...(acknowledged === undefined ? {} : { acknowledged }) };
    const report = await ask(bus, request);
    if (options.settle) await settleIncidents(bus);
    return report;
  };
  const report = await onEngine(env, settleTimeoutMs, work);
  say(options.json ? JSON.stringify(report, undefined, 2) : reportText(report));
  return report.ok ? 0 : 1;
}

function parse(
  args: readonly string[],
): { readonly json: boolean; readonly settle: boolean; readonly settleTimeoutMs: number } | undefined {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        json: { type: 'boolean', default: false },
        settle: { type: 'boolean', default: false },
        timeout: { type: 'string', default: '60' },
      },
    });
    const seconds = Number(values.timeout);
    if (!(seconds > 0 && seconds <= 3_600)) return undefined;
    return { json: values.json, settle: values.settle, settleTimeoutMs: Math.round(seconds * 1_000) };
  } catch {
    return undefined;
  }
}

type Work = (bus: Bus, acknowledged: AcknowledgedMark | undefined) => Promise<VerifyReport>;

/** Does the work on the engine of this home: the running one, or one started without doors. */
async function onEngine(env: Environment, settleTimeoutMs: number, work: Work): Promise<VerifyReport> {
  const config = loadWeirConfig(env);
  const log = createLog({ level: 'error', pretty: true });
  const metrics = createMetrics({ processMetrics: false });
  const stops = createStops({ log, clock: systemClock }, 'verify');
  try {
    const ground = await startGround(config, { log, metrics, clock: systemClock }, stops);
    const engine = await startEngineThread(
      { ...processorData(config, ground), logLevel: 'error' },
      systemClock,
      (error) => {
        setImmediate(() => {
          throw error;
        });
      },
    );
    stops.add('processors', () => engine.stop());
    return await work(ground.bus, ground.acknowledged);
  } catch (error) {
    if (!isWeirError(error) || error.code !== 'PLATFORM_HOME_LOCKED') throw error;
    return await onRunningEngine(homeOf(env), log, settleTimeoutMs, work);
  } finally {
    await stops.stop();
  }
}

/** Does the work on the bus of the engine that runs on this home; `settleTimeoutMs` for its door to open. */
export async function onRunningEngine<T>(
  home: string,
  log: Log,
  settleTimeoutMs: number,
  work: (bus: Bus, acknowledged: AcknowledgedMark | undefined) => Promise<T>,
): Promise<T> {
  const deadlineMs = systemClock.monotonicMs() + settleTimeoutMs;
  let engine = readEngine(home);
  // The file appears with the open door; the home is locked from the first moment of a start.
  while (engine === undefined && systemClock.monotonicMs() < deadlineMs) {
    await systemClock.sleep(200);
    engine = readEngine(home);
  }
  if (engine === undefined)
    throw new WeirError(
      'BUS_REQUEST_FAILED',
      `Weir runs on ${home} but has not opened its door; look at its log.`,
    );
  const bus = await connectBus({
    servers: engine.natsUrl,
    ...(engine.natsToken === undefined ? {} : { token: engine.natsToken }),
    name: 'verify',
    log,
    metrics: createMetrics({ processMetrics: false }),
    clock: systemClock,
  });
  try {
    return await work(bus, readAcknowledged(home, log));
  } finally {
    await bus.close();
  }
}

/** How to reach the engine; a file left by one that was killed is not that of the process that holds the lock. */
function readEngine(home: string): { natsUrl: string; natsToken?: string } | undefined {
  try {
    const value: unknown = JSON.parse(readFileSync(join(home, 'run', 'engine.json'), 'utf8'));
    const [holder = ''] = readFileSync(join(home, 'run', 'weir.lock'), 'utf8').split('\n');
    return Value.Check(Engine, value) && value.pid === Number(holder) ? value : undefined;
  } catch {
    return undefined;
  }
}

async function ask(bus: Bus, request: VerifyRequest): Promise<VerifyReport> {
  return await bus.request(
    verifySubject,
    request,
    createJsonCodec(VerifyReport),
    request.settleTimeoutMs + AUDIT_TIMEOUT_MS,
  );
}

/** Moves the incidents that were named out of the audit's sight; they stay in the bucket. */
async function settleIncidents(bus: Bus): Promise<void> {
  const settings = await openKv(bus, buckets.settings, { schema: Type.Unknown() });
  for (const { key, value } of await settings.entries(`${incidentPrefix}.>`)) {
    await settings.put(key.replace(incidentPrefix, 'incident.settled'), value);
    await settings.delete(key);
  }
}

/** The report for a person; every line ends in what to know or do. */
export function reportText(report: VerifyReport): string {
  const { tenants, events, windows, values, logMessages } = report.compared;
  const n = (value: number): string => value.toLocaleString('en-US');
  const lines = [
    `${n(events)} events of ${n(tenants)} ${tenants === 1 ? 'tenant' : 'tenants'}, ${n(windows)} KPI windows with ${n(values)} values, ${n(logMessages)} record batches in the log, in ${(report.durationMs / 1_000).toFixed(1)} s.`,
    ...report.findings.map(
      ({ code, severity, message }) => `${severity === 'error' ? 'WRONG ' : 'note  '}${code}: ${message}`,
    ),
    report.ok
      ? 'Everything is right: each event stored once, each window equal to a recount of the events.'
      : 'Something is wrong. --json has all details.',
  ];
  return lines.join('\n');
}
