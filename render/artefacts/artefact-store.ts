import { createHash } from 'node:crypto';
import type { Objects } from '../../platform/bus/objects.ts';
import type { Artefact } from '../../platform/contracts/render.ts';
import { WeirError } from '../../platform/errors/weir-error.ts';
import type { Metrics } from '../../platform/metrics/metrics.ts';
import type { MadeFile } from '../ports.ts';

export interface ArtefactStore {
  /** Stores all files of a job under names that follow from the job: a second time replaces the first. Throws RENDER_STORE_FULL. */
  keep(
    tenant: string,
    id: string,
    files: readonly MadeFile[],
    expiresAtMs: number,
  ): Promise<readonly Artefact[]>;
  drop(object: string): Promise<void>;
  /** Deletes objects of renders that `isKnown` does not name and that are older than `beforeMs`; answers how many. */
  sweep(isKnown: (object: string) => boolean, beforeMs: number): Promise<number>;
}

/** Artefacts in the object store. Bound: `maxBytes` over all; policy: what would go beyond is refused, nothing is pushed out. */
export async function createArtefactStore(
  objects: Objects,
  metrics: Metrics,
  maxBytes: number,
): Promise<ArtefactStore> {
  const sizes = new Map((await objects.list()).map(({ name, bytes }) => [name, bytes]));
  let held = [...sizes.values()].reduce((sum, bytes) => sum + bytes, 0);
  metrics.gaugeOf('weir_render_artefacts_bytes', 'Bytes of artefacts held', () => held);
  metrics.gaugeOf('weir_render_artefacts_limit_bytes', 'Bytes of artefacts at most', () => maxBytes);
  const setSize = (name: string, bytes: number | undefined): void => {
    held += (bytes ?? 0) - (sizes.get(name) ?? 0);
    if (bytes === undefined) sizes.delete(name);
    else sizes.set(name, bytes);
  };

  return {
    keep: async (tenant, id, files, expiresAtMs) => {
      const added = files.reduce((sum, { bytes }) => sum + bytes.byteLength, 0);
      const replaced = files.reduce(
        (sum, { name }) => sum + (sizes.get(objectName(tenant, id, name)) ?? 0),
        0,
      );
      if (held + added - replaced > maxBytes)
        throw new WeirError(
          'RENDER_STORE_FULL',
          `${added} bytes more would be over the ${maxBytes} that artefacts may take.`,
        );
      const kept: Artefact[] = [];
      for (const { name, contentType, bytes } of files) {
        const object = objectName(tenant, id, name);
        await objects.put(object, bytes);
        setSize(object, bytes.byteLength);
        const sha256 = createHash('sha256').update(bytes).digest('hex');
        kept.push({ name, contentType, bytes: bytes.byteLength, sha256, object, expiresAtMs });
      }
      return kept;
    },
    drop: async (object) => {
      await objects.delete(object);
      setSize(object, undefined);
    },
    sweep: async (isKnown, beforeMs) => {
      let dropped = 0;
      const found = await objects.list();
      const names = new Set(found.map(({ name }) => name));
      // Others write, too: uploads by gateways, artefacts by other workers.
      for (const { name, bytes } of found) setSize(name, bytes);
      for (const name of sizes.keys()) if (!names.has(name)) setSize(name, undefined);
      for (const { name, storedAtMs } of found) {
        if (storedAtMs >= beforeMs || isKnown(name)) continue;
        await objects.delete(name);
        setSize(name, undefined);
        dropped += 1;
      }
      return dropped;
    },
  };
}

function objectName(tenant: string, id: string, name: string): string {
  return `${tenant}/renders/${id}/${name}`;
}
