import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { scopes, type Scope } from '../contracts/tenant.ts';
import type { Clock } from '../time/clock.ts';
import type { AccessDirectory } from './access.ts';
import { newTenant } from './tenant-rules.ts';

export const mainTenant = 'main';
export const demoTenant = 'demo';

export interface LocalKeys {
  /** Admin key of tenant `main` for the command line of this machine; also in `<home>/admin.key`. */
  readonly adminKey: string;
  /** Ingest key of tenant `demo`; undefined without the demo. Also in `<home>/demo.key`. */
  readonly demoKey: string | undefined;
}

export interface FirstStartConfig {
  readonly home: string;
  readonly demo: boolean;
}

/**
 * Makes what every installation has: the tenants, and the keys this machine itself uses, in files only their owner can read. Safe
 * to run at every start: what is there and valid stays, a key file that no longer works is replaced and its old key revoked.
 */
export async function prepareAccess(
  access: AccessDirectory,
  clock: Clock,
  config: FirstStartConfig,
): Promise<LocalKeys> {
  await access.createTenant(newTenant(mainTenant, 'Main', false, clock.nowMs()));
  if (config.demo) await access.createTenant(newTenant(demoTenant, 'Demo (simulated)', true, clock.nowMs()));
  const local = { access, home: config.home };
  return {
    adminKey: await localKey({
      ...local,
      file: 'admin.key',
      tenant: mainTenant,
      name: 'Command line of this machine',
      grants: scopes,
    }),
    demoKey: config.demo
      ? await localKey({
          ...local,
          file: 'demo.key',
          tenant: demoTenant,
          name: 'Demo feed',
          grants: ['ingest:write'],
        })
      : undefined,
  };
}

interface LocalKey {
  readonly access: AccessDirectory;
  readonly home: string;
  readonly file: string;
  readonly tenant: string;
  readonly name: string;
  readonly grants: readonly Scope[];
}

async function localKey({ access, home, file, tenant, name, grants }: LocalKey): Promise<string> {
  const path = join(home, file);
  const kept = (await readFile(path, 'utf8').catch(() => '')).trim();
  const principal = kept === '' ? 'unknown' : access.authenticate(kept);
  if (typeof principal === 'object' && principal.tenant === tenant) return kept;
  for (const old of access.keys(tenant)) {
    if (old.name === name && old.state === 'live') await access.revokeKey(tenant, old.id);
  }
  const { secret } = await access.createKey(tenant, { name, scopes: grants });
  // Written aside and renamed: a crash must not leave half a key, and the mode must hold from the first byte.
  const aside = `${path}.new`;
  await mkdir(home, { recursive: true });
  await rm(aside, { force: true });
  await writeFile(aside, `${secret}\n`, { mode: 0o600, flag: 'wx' });
  await rename(aside, path);
  return secret;
}
