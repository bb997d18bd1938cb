import { createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { WeirError } from '../../platform/errors/weir-error.ts';

export const auditKeyPath = (home: string): string => join(home, 'keys', 'audit-ed25519.pem');

/** The key that signs checkpoints, made at the first start; readable by its owner only. Throws AUDIT_KEY_UNREADABLE. */
export function loadAuditKey(home: string): KeyObject {
  const path = auditKeyPath(home);
  try {
    return createPrivateKey(readFileSync(path, 'utf8'));
  } catch (error) {
    if (!isNotThere(error))
      throw new WeirError('AUDIT_KEY_UNREADABLE', `The key of the audit trail cannot be read: ${path}.`, {
        cause: error,
      });
  }
  mkdirSync(join(home, 'keys'), { recursive: true, mode: 0o700 });
  const { privateKey } = generateKeyPairSync('ed25519');
  writeFileSync(path, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600, flag: 'wx' });
  return privateKey;
}

function isNotThere(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}
