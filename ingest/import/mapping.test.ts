import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { eventCatalogue } from '../../platform/contracts/event-catalogue.ts';
import { loadMapping, loadShippedMapping, shippedFormats } from './adapters/mapping-files.ts';
import { compileMapping } from './compile-mapping.ts';
import { Mapping } from './mapping.ts';

test('the published JSON Schema is the one that is checked', async () => {
  const published: unknown = JSON.parse(
    await readFile(new URL('mapping.schema.json', import.meta.url), 'utf8'),
  );
  const checked: unknown = JSON.parse(
    JSON.stringify({ $schema: 'http://json-schema.org/draft-07/schema#', ...Mapping }),
  );
  expect(published).toEqual(checked);
});

test('every shipped mapping is complete, named like its file, and makes events of the catalogue', async () => {
  const formats = await shippedFormats();
  expect(formats).toContain('youtube-trending');
  const known = new Set(eventCatalogue.map((each) => each.type));
  for (const format of formats) {
    const mapping = await loadShippedMapping(format);
    expect(mapping.name).toBe(format);
    expect(compileMapping(mapping).columns.length).toBeGreaterThan(0);
    for (const event of [mapping.event, ...(mapping.extraEvents ?? [])]) expect(known).toContain(event.type);
  }
});

test('an unknown format is answered with the ones there are', async () => {
  await expect(loadShippedMapping('../../package')).rejects.toThrow(/events, .*youtube-trending/);
});

test('a mapping that is not there says so', async () => {
  await expect(loadMapping('/nowhere/mapping.json')).rejects.toThrow(/cannot be read/);
});
