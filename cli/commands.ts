import { describeConfig, homeOf, type Environment } from '../platform/config/config.ts';
import { isWeirError } from '../platform/errors/weir-error.ts';
import { createLog } from '../platform/log/log.ts';
import { systemClock } from '../platform/time/clock.ts';
import { importCommand } from '../ingest/import/command.ts';
import { loadWeirConfig } from './config.ts';
import { removeDemo } from './demo-command.ts';
import { doctorCommand } from './doctor.ts';
import { createEngine } from './up.ts';
import { verifyAuditCommand } from './verify-audit.ts';
import { verifyCommand } from './verify.ts';

const help = `Weir: real-time streaming analytics and decision engine

  weir up                  start everything (npm start does this)
  weir import FILE…        send files of events through the door; weir import --help
  weir doctor              say what is missing or wrong on this machine and how to mend it
  weir verify              audit what is stored against what was accepted; weir verify --help
  weir verify audit        look for any edit, deletion or insertion in the audit trail
  weir bench               measure throughput and latency against the bare ceiling
  weir eval SUBJECT        run a method on files: anomalies, forecast, allocate; weir eval --help
  weir demo remove         remove everything simulated
  weir config              print the settings in force and where they come from
  weir help                this text
`;

/** Runs one command of the command line and answers the exit code. Faults a person can mend are one plain line. */
export async function runCommand(
  command: string,
  args: readonly string[],
  env: Environment,
): Promise<number> {
  try {
    switch (command) {
      case 'up':
      case 'config':
      case 'doctor':
        // Anything written behind these is a mistake, and must not start an engine unseen.
        if (args.length > 0) {
          const isHelp = args.every((each) => each === '--help' || each === '-h');
          say(isHelp ? help : unexpected(command, args));
          return isHelp ? 0 : 2;
        }
        return await runPlain(command, env);
      case 'verify':
        return args[0] === 'audit'
          ? await verifyAuditCommand(args.slice(1), env, say)
          : await verifyCommand(args, env, say);
      case 'import':
        return await runImport(args, env);
      case 'bench': {
        // Loaded only when asked for: it is no part of the engine.
        const { benchCommand } = await import('../bench/main.ts');
        return await benchCommand(args);
      }
      case 'eval': {
        // Loaded only when asked for: models and their solver are no part of the start.
        const { evalCommand } = await import('./eval.ts');
        return await evalCommand(args, say);
      }
      case 'demo':
        if (args[0] !== 'remove') {
          say('usage: weir demo remove');
          return 2;
        }
        return await removeDemo(homeOf(env), env['WEIR_ADMIN_KEY'], systemClock, say);
      case 'help':
      case '--help':
        say(help);
        return 0;
      default:
        say(`There is no command "${command}".\n\n${help}`);
        return 2;
    }
  } catch (error) {
    if (!isWeirError(error)) throw error;
    process.stderr.write(`${error.message}\n`);
    return 1;
  }
}

/** A command that takes no arguments. */
async function runPlain(command: 'up' | 'config' | 'doctor', env: Environment): Promise<number> {
  switch (command) {
    case 'up':
      await createEngine(loadWeirConfig(env), say).run();
      return 0;
    case 'config':
      say(describeConfig(loadWeirConfig(env)));
      return 0;
    case 'doctor':
      return await doctorCommand(env, say);
  }
}

function unexpected(command: string, args: readonly string[]): string {
  return `weir ${command} takes no arguments; "${args.join(' ')}" is not understood. Settings are WEIR_… variables of the environment: weir config prints them.`;
}

function say(text: string): void {
  process.stdout.write(text.endsWith('\n') ? text : `${text}\n`);
}

async function runImport(args: readonly string[], env: Environment): Promise<number> {
  const interrupted = new AbortController();
  process.once('SIGINT', () => interrupted.abort());
  process.once('SIGTERM', () => interrupted.abort());
  return importCommand(args, {
    out: process.stdout,
    err: process.stderr,
    env: { ...env, WEIR_HOME: homeOf(env) },
    clock: systemClock,
    log: createLog({ level: 'warn', pretty: true }),
    signal: interrupted.signal,
  });
}
