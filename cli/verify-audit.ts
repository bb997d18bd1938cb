import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { Type } from '@sinclair/typebox';
import { Value } from '@sinclair/typebox/value';
import { loadAuditKey } from '../decision/adapters/audit-key.ts';
import { openAuditLog } from '../decision/adapters/audit-log.ts';
import { publicKeyOf } from '../decision/audit/checkpoint.ts';
import { verifyChain, type ChainVerdict } from '../decision/audit/verify.ts';
import { decisionConfig } from '../decision/config.ts';
import type { Bus } from '../platform/bus/bus.ts';
import { homeOf, type Config, type Environment } from '../platform/config/config.ts';
import { AuditCheckpoint } from '../platform/contracts/audit.ts';
import { isWeirError, messageOf, WeirError } from '../platform/errors/weir-error.ts';
import { createStops } from '../platform/lifecycle/stops.ts';
import { createLog } from '../platform/log/log.ts';
import { createMetrics } from '../platform/metrics/metrics.ts';
import { systemClock } from '../platform/time/clock.ts';
import { loadWeirConfig } from './config.ts';
import { startGround } from './ground.ts';
import { onRunningEngine } from './verify.ts';

const help = `weir verify audit: looks for any edit, deletion or insertion in the audit trail

  Every entry is hashed again and must follow from the one before it; every signed checkpoint must name the entry that stands
  there. Works on the running engine; without one it starts NATS alone for as long as it takes.

  --json               print the verdicts as JSON
  --tenant ID          this tenant alone
  --checkpoint FILE    also hold the trail against checkpoints that were copied away: one JSON object a line, as
                       GET /api/v1/audit/state gives them
  --public-key FILE    PEM of the key they were signed with, where it is no longer this installation's

Exit code 0 when every chain is whole, 1 when one is not, 2 on wrong arguments.
`;

interface Options {
  readonly json: boolean;
  readonly tenant: string | undefined;
  readonly checkpoints: readonly AuditCheckpoint[];
  readonly publicKey: string | undefined;
}

const openTimeoutMs = 30_000;

/** Runs `weir verify audit` and answers its exit code. */
export async function verifyAuditCommand(
  args: readonly string[],
  env: Environment,
  say: (line: string) => void,
): Promise<number> {
  const options = parse(args, say);
  if (options === undefined) return 2;
  const config = loadWeirConfig(env);
  const verdicts = await onBus(config, env, (bus) => verifyAll(bus, config, homeOf(env), options));
  if (options.json) say(JSON.stringify(Object.fromEntries(verdicts), undefined, 2));
  else for (const [tenant, verdict] of verdicts) say(verdictText(tenant, verdict));
  if (verdicts.size === 0 && !options.json) say('There is no audit trail yet.');
  return [...verdicts.values()].every(({ findings }) => findings.length === 0) ? 0 : 1;
}

async function verifyAll(
  bus: Bus,
  config: Config,
  home: string,
  options: Options,
): Promise<ReadonlyMap<string, ChainVerdict>> {
  const log = await openAuditLog(bus, config.get(decisionConfig).auditMaxMegabytes);
  const keys = [publicKeyOf(loadAuditKey(home))];
  if (options.publicKey !== undefined) keys.push(publicKeyOf(options.publicKey));
  const named = options.checkpoints.map(({ tenant }) => tenant);
  const tenants = [...new Set([...(await log.tenants()), ...named])].filter(
    (tenant) => options.tenant === undefined || tenant === options.tenant,
  );
  const verdicts = new Map<string, ChainVerdict>();
  for (const tenant of tenants.sort()) {
    const copied = options.checkpoints.filter((checkpoint) => checkpoint.tenant === tenant);
    const checkpoints = [...(await log.checkpoints(tenant)), ...copied];
    verdicts.set(tenant, verifyChain(await log.entries(tenant), checkpoints, keys));
  }
  return verdicts;
}

async function onBus<T>(config: Config, env: Environment, work: (bus: Bus) => Promise<T>): Promise<T> {
  const log = createLog({ level: 'error', pretty: true });
  const metrics = createMetrics({ processMetrics: false });
  const stops = createStops({ log, clock: systemClock }, 'verify audit');
  try {
    const ground = await startGround(config, { log, metrics, clock: systemClock }, stops);
    return await work(ground.bus);
  } catch (error) {
    if (!isWeirError(error) || error.code !== 'PLATFORM_HOME_LOCKED') throw error;
    return await onRunningEngine(homeOf(env), log, openTimeoutMs, work);
  } finally {
    await stops.stop();
  }
}

function parse(args: readonly string[], say: (line: string) => void): Options | undefined {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        json: { type: 'boolean', default: false },
        tenant: { type: 'string' },
        checkpoint: { type: 'string' },
        'public-key': { type: 'string' },
        help: { type: 'boolean', default: false },
      },
    });
    if (values.help) {
      say(help);
      return undefined;
    }
    return {
      json: values.json,
      tenant: values.tenant,
      checkpoints: values.checkpoint === undefined ? [] : readCheckpoints(values.checkpoint),
      publicKey: values['public-key'] === undefined ? undefined : readFileSync(values['public-key'], 'utf8'),
    };
  } catch (error) {
    say(`${messageOf(error)}\n\n${help}`);
    return undefined;
  }
}

const StateFile = Type.Object({ checkpoint: AuditCheckpoint });

function readCheckpoints(path: string): AuditCheckpoint[] {
  return readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line, index) => {
      const value: unknown = JSON.parse(line);
      if (Value.Check(StateFile, value)) return value.checkpoint;
      if (Value.Check(AuditCheckpoint, value)) return value;
      throw new WeirError('PLATFORM_CONFIG_INVALID', `${path}, line ${index + 1} is no checkpoint.`);
    });
}

/** The verdict on one chain for a person. */
function verdictText(tenant: string, { entries, checkpoints, head, findings }: ChainVerdict): string {
  const n = (value: number): string => value.toLocaleString('en-US');
  const lines = [
    `${tenant}: ${n(entries)} entries, ${n(checkpoints)} signed checkpoints, head ${head.hash.slice(0, 16)}…`,
    ...findings.map(({ code, message }) => `  WRONG ${code}: ${message}`),
    findings.length === 0 ? '  The chain is whole.' : '  Somebody has changed the trail, or its key.',
  ];
  return lines.join('\n');
}
