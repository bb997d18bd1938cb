import type { AccessDirectory } from '../../platform/access/access.ts';
import type { Log } from '../../platform/log/log.ts';
import type { Clock } from '../../platform/time/clock.ts';
import type { GatewayConfig } from '../config.ts';
import type { openMirrors } from '../mirrors.ts';
import { createAttemptLimit } from './attempt-limit.ts';
import { createMembers, type Members } from './members.ts';
import type { PasswordHasher } from './password.ts';
import type { SessionLimits } from './session.ts';
import { createSignIn, type SignIn } from './sign-in.ts';
import type { GatewayMetrics } from '../metrics.ts';

const hourMs = 3_600_000;
const sweepEveryMs = 600_000;
const touchAfterMs = 300_000;

/** Who may sign in, and how. */
export interface People {
  readonly signIn: SignIn;
  readonly members: Members;
  readonly limits: SessionLimits;
  /** Path of the owner's one-time link, as long as the owner has no password. */
  readonly signInPath: string | undefined;
  stop(): void;
}

/** Wires signing in; resolves once the owner exists. Ended sessions are deleted every ten minutes. */
export async function startSignIn(
  deps: {
    readonly mirrors: Pick<Awaited<ReturnType<typeof openMirrors>>, 'users' | 'sessions'>;
    readonly hasher: PasswordHasher;
    readonly access: AccessDirectory;
    readonly clock: Clock;
    readonly log: Log;
    readonly metrics: GatewayMetrics;
  },
  config: GatewayConfig,
): Promise<People> {
  const { access, clock, log, metrics } = deps;
  const { users, sessions } = deps.mirrors;
  const limits: SessionLimits = {
    idleMs: config.sessionIdleHours * hourMs,
    absoluteMs: config.sessionDays * 24 * hourMs,
    touchAfterMs,
  };
  const signIn = createSignIn(
    {
      users,
      sessions,
      hasher: deps.hasher,
      byAddress: createAttemptLimit({ burst: 20, refillMs: 3_000, maxKeys: 50_000 }),
      byAccount: createAttemptLimit({ burst: 10, refillMs: 30_000, maxKeys: 50_000 }),
      clock,
      log,
      metrics,
    },
    limits,
  );
  const members = createMembers(users, clock);
  const ownerTenants = access.tenants().filter((tenant) => tenant.id === 'main' || tenant.simulated);
  const ownerToken = await members.ensureOwner(
    config.ownerEmail,
    'Owner',
    ownerTenants.map((tenant) => tenant.id),
  );
  const sweeper = clock.every(sweepEveryMs, async () => {
    await signIn
      .sweep()
      .catch((error: unknown) => log.debug({ err: error }, 'ended sessions were not deleted'));
  });
  return {
    signIn,
    members,
    limits,
    signInPath: ownerToken === undefined ? undefined : `/welcome?token=${ownerToken}`,
    stop: () => sweeper.stop(),
  };
}
