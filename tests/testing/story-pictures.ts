import { mkdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import sharp from 'sharp';

/** Takes the pictures of `docs/story` when it is told where; otherwise it does nothing and costs nothing. */
export interface StoryPictures {
  readonly isWanted: boolean;
  /** What the page shows now. */
  take(page: Page, name: string): Promise<void>;
  /** What an address shows once this text is there. */
  visit(page: Page, name: string, url: string, text: string | RegExp): Promise<void>;
  /** A mail as its reader sees it. */
  mail(page: Page, name: string, source: string): Promise<void>;
}

/** What the pages are shown at; pictures are scaled down from it. */
export const SIZE = { width: 1_440, height: 900 } as const;
const WIDTH = 1_080;
const MAX_BYTES = 120 * 1_024;

export function createStoryPictures(folder: string | undefined): StoryPictures {
  if (folder !== undefined) mkdirSync(folder, { recursive: true });
  const keep = async (page: Page, name: string): Promise<void> => {
    if (folder === undefined) return;
    // Charts are drawn and pictures decoded when the network has been still.
    await page.waitForLoadState('networkidle').catch(() => undefined);
    const shot = await page.screenshot({ animations: 'disabled' });
    for (const colours of [128, 64, 32]) {
      const png = await sharp(shot)
        .resize({ width: WIDTH, withoutEnlargement: true })
        .png({ palette: true, colours, compressionLevel: 9, effort: 10 })
        .toBuffer();
      if (png.byteLength > MAX_BYTES) continue;
      writeFileSync(join(folder, `${name}.png`), png);
      return;
    }
    throw new Error(`the picture ${name} does not fit into ${MAX_BYTES} bytes`);
  };
  return {
    isWanted: folder !== undefined,
    take: keep,
    visit: async (page, name, url, text) => {
      if (folder === undefined) return;
      await page.goto(url);
      try {
        await page.getByText(text).filter({ visible: true }).first().waitFor();
      } catch (error) {
        await page.screenshot({ path: join(tmpdir(), `weir-story-${name}.png`) });
        throw error;
      }
      await keep(page, name);
    },
    mail: async (page, name, source) => {
      if (folder === undefined) return;
      // Away from the app, whose policy lets nothing be written into its pages.
      await page.goto('about:blank');
      await page.setViewportSize({ width: 720, height: 480 });
      await page.setContent(htmlOf(source));
      await keep(page, name);
      await page.setViewportSize(SIZE);
    },
  };
}

/** The HTML part of a mail, read as RFC 2045 6.7 writes it. */
function htmlOf(source: string): string {
  const start = source.indexOf('<!doctype html>');
  const end = source.indexOf('</html>', start);
  if (start < 0 || end < 0) throw new Error('the mail has no HTML part');
  const bytes = source
    .slice(start, end + 7)
    .replaceAll(/=\r?\n/g, '')
    // The receiver unfolds lines, soft breaks among them.
    .replaceAll('= ', ' ')
    .replaceAll(/=([0-9A-F]{2})/g, (_all, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, 'latin1').toString('utf8');
}
