import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { messageOf, WeirError } from '../../../platform/errors/weir-error.ts';
import { parseMapping, type Mapping } from '../mapping.ts';

const shippedFolder = fileURLToPath(new URL('../mappings/', import.meta.url));

/** Names that `--format` takes for mappings shipped with Weir. */
export async function shippedFormats(): Promise<readonly string[]> {
  const names = await readdir(shippedFolder);
  return names
    .filter((name) => name.endsWith('.json'))
    .map((name) => name.slice(0, -'.json'.length))
    .sort();
}

/** A shipped mapping by its name. Throws IMPORT_USAGE with the names there are. */
export async function loadShippedMapping(format: string): Promise<Mapping> {
  const formats = await shippedFormats();
  if (!formats.includes(format)) {
    throw new WeirError(
      'IMPORT_USAGE',
      `there is no format ${format}; there are: events, ${formats.join(', ')}`,
    );
  }
  return await loadMapping(join(shippedFolder, `${format}.json`));
}

/** A mapping from a file. Throws IMPORT_MAPPING_INVALID. */
export async function loadMapping(path: string): Promise<Mapping> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    throw new WeirError('IMPORT_MAPPING_INVALID', `${path} cannot be read: ${messageOf(cause)}`, { cause });
  }
  return parseMapping(text, path);
}
