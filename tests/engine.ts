import { spawn, type ChildProcess } from 'node:child_process';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';

const entry = fileURLToPath(new URL('../weir.ts', import.meta.url));
const START_TIMEOUT_MS = 60_000;

/** The whole engine as a child process, as its user starts it. */
export interface TestEngine {
  readonly url: string;
  readonly pid: number;
  /** The owner's one-time sign-in link; undefined once the owner has a password. */
  readonly signInLink: string | undefined;
  /** Everything it printed, for messages of failing tests. */
  output(): string;
  /** Sends a signal and waits for the end. */
  end(signal: NodeJS.Signals): Promise<void>;
}

export const ADMIN_KEY = 'test-admin-key';

/** Starts `weir up` on a home and port; resolves when it listens. */
export async function startEngine(options: {
  readonly home: string;
  readonly port: number;
  readonly env?: Readonly<Record<string, string>>;
}): Promise<TestEngine> {
  const child = spawn(process.execPath, [entry, 'up'], {
    env: {
      ...process.env,
      WEIR_HOME: options.home,
      WEIR_PORT: String(options.port),
      WEIR_DEMO: '0',
      WEIR_ADMIN_KEY: ADMIN_KEY,
      WEIR_LOG_LEVEL: 'warn',
      ...options.env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let text = '';
  const listening = new Promise<string>((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new Error(`the engine did not listen within ${START_TIMEOUT_MS} ms:\n${text}`)),
      START_TIMEOUT_MS,
    );
    const read = (chunk: Buffer): void => {
      text = (text + chunk.toString('utf8')).slice(-100_000);
      const url = /listening on (http:\/\/\S+)/.exec(text)?.[1];
      if (url === undefined) return;
      clearTimeout(timer);
      resolve(url);
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.once('exit', () => {
      clearTimeout(timer);
      reject(new Error(`the engine ended before it listened:\n${text}`));
    });
  });
  const url = await listening;
  return {
    url,
    pid: child.pid ?? 0,
    signInLink: /(http:\/\/\S+\/welcome\?token=\S+)/.exec(text)?.[1],
    output: () => text,
    end: (signal) => ended(child, signal),
  };
}

function ended(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) {
      resolve();
      return;
    }
    child.once('exit', () => resolve());
    child.kill(signal);
  });
}

/** A loopback port nobody listens on now. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}
