import { mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** Inter, shipped with Weir: what is rendered looks the same on every machine, also on one without any font. */
const root = dirname(createRequire(import.meta.url).resolve('@expo-google-fonts/inter/package.json'));

export const fontFiles = {
  regular: join(root, '400Regular', 'Inter_400Regular.ttf'),
  medium: join(root, '500Medium', 'Inter_500Medium.ttf'),
  bold: join(root, '700Bold', 'Inter_700Bold.ttf'),
} as const;
export type FontWeight = keyof typeof fontFiles;

/**
 * Writes a fontconfig file that knows these fonts alone and answers its path, for FONTCONFIG_FILE. librsvg draws no text and raises no
 * error where fontconfig finds none, so this stands before sharp is loaded.
 */
export function writeFontConfig(directory: string): string {
  mkdirSync(join(directory, 'cache'), { recursive: true });
  const path = join(directory, 'fonts.conf');
  const directories = Object.values(fontFiles).map((file) => `  <dir>${escape(dirname(file))}</dir>`);
  writeFileSync(
    path,
    `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
${directories.join('\n')}
  <cachedir>${escape(join(directory, 'cache'))}</cachedir>
  <alias binding="same"><family>sans-serif</family><prefer><family>Inter</family></prefer></alias>
</fontconfig>
`,
  );
  return path;
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
