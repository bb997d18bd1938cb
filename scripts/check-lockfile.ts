/**
 * Checks that package.json and package-lock.json agree and pin: exact versions, the same in both, a checksum each, and no
 * registry address, because the lockfile must serve whatever registry the reader uses.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Type } from '@sinclair/typebox';
import { Value } from '@sinclair/typebox/value';
import { root } from './bring-up/paths.mjs';

const Versions = Type.Optional(Type.Record(Type.String(), Type.String()));
const Entry = Type.Object({
  version: Type.Optional(Type.String()),
  integrity: Type.Optional(Type.String()),
  resolved: Type.Optional(Type.String()),
  dependencies: Versions,
  devDependencies: Versions,
  optionalDependencies: Versions,
});
const Lockfile = Type.Object({ packages: Type.Record(Type.String(), Entry) });

const EXACT_VERSION = /^(npm:.+@)?\d+\.\d+\.\d+(-[\w.]+)?$/;
const GROUPS = ['dependencies', 'devDependencies', 'optionalDependencies'] as const;

const readJson = (name: string): unknown => JSON.parse(readFileSync(join(root, name), 'utf8'));
const manifest = Value.Parse(Entry, readJson('package.json'));
const { packages } = Value.Parse(Lockfile, readJson('package-lock.json'));

const faults: string[] = [];
for (const group of GROUPS) {
  const wanted = manifest[group] ?? {};
  const recorded = packages['']?.[group] ?? {};
  for (const [name, version] of Object.entries(wanted)) {
    if (!EXACT_VERSION.test(version)) faults.push(`${name}: ${version} is not one exact version`);
    if (recorded[name] !== version) {
      faults.push(`${name}: ${version} in package.json, ${recorded[name] ?? 'nothing'} in the lockfile`);
    }
  }
  for (const name of Object.keys(recorded)) {
    if (wanted[name] === undefined) faults.push(`${name}: in the lockfile but not in package.json`);
  }
}
for (const [path, entry] of Object.entries(packages)) {
  if (path === '') continue;
  if (entry.resolved !== undefined) faults.push(`${path}: names a registry address`);
  if (entry.version === undefined || entry.integrity === undefined) {
    faults.push(`${path}: no version or no checksum`);
  }
}
for (const fault of faults) console.log(fault);
if (faults.length > 0) console.log('Run npm install on Node 24 and commit the lockfile with package.json.');
process.exitCode = faults.length > 0 ? 1 : 0;
