import { gzipSync } from 'node:zlib';
import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

/** What the first page may load, compressed. */
const MAX_SCRIPT_KB = 250;

/** Prints the compressed script of the first page and of each screen, and fails the build beyond the bound. */
function firstPageSize(): Plugin {
  return {
    name: 'weir-first-page-size',
    generateBundle(_options, bundle) {
      const sizes = new Map<string, number>();
      const firstPage = new Set<string>();
      const lines: string[] = [];
      const size = (file: string): number => {
        const chunk = bundle[file];
        return chunk?.type === 'chunk' ? gzipSync(chunk.code).length : 0;
      };
      const follow = (file: string): void => {
        const chunk = bundle[file];
        if (firstPage.has(file) || chunk?.type !== 'chunk') return;
        firstPage.add(file);
        for (const imported of chunk.imports) follow(imported);
        // The first screen is loaded at once, although it is split off like every other.
        for (const later of chunk.dynamicImports) if (later.includes('now-screen')) follow(later);
      };
      for (const [file, chunk] of Object.entries(bundle)) {
        if (chunk.type !== 'chunk') continue;
        sizes.set(file, size(file));
        if (chunk.isEntry) follow(file);
      }
      let total = 0;
      for (const [file, bytes] of [...sizes].sort((a, b) => b[1] - a[1])) {
        const mark = firstPage.has(file) ? 'first page' : '';
        if (firstPage.has(file)) total += bytes;
        lines.push(`${(bytes / 1024).toFixed(1).padStart(7)} KB  ${file}  ${mark}`);
      }
      this.info(`script, compressed\n${lines.join('\n')}\nfirst page: ${(total / 1024).toFixed(1)} KB`);
      if (total > MAX_SCRIPT_KB * 1024)
        this.error(`the first page loads more than ${MAX_SCRIPT_KB} KB of script`);
    },
  };
}

/** Tells the page of the files of its first screen, so that they are not asked for only once the script that needs them has run. */
function firstScreenEarly(): Plugin {
  return {
    name: 'weir-first-screen-early',
    transformIndexHtml: {
      order: 'post',
      handler: (_html, { bundle = {} }) => {
        const entry = Object.values(bundle).find((chunk) => chunk.type === 'chunk' && chunk.isEntry);
        const screen = Object.values(bundle).find(
          (chunk) => chunk.type === 'chunk' && chunk.name === 'now-screen',
        );
        if (entry?.type !== 'chunk' || screen?.type !== 'chunk') return [];
        const known = new Set([entry.fileName, ...entry.imports]);
        const files = [screen.fileName, ...screen.imports].filter((file) => !known.has(file));
        // Every address gets the same page: start.js begins to load them where they are the ones asked for.
        return [
          {
            tag: 'meta',
            attrs: { name: 'first-screen', content: files.map((file) => `/${file}`).join(' ') },
            injectTo: 'head-prepend',
          },
        ];
      },
    },
  };
}

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react(), firstPageSize(), firstScreenEarly()],
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: 'es2023',
    // The policy forbids fonts and scripts in data: URLs.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
});
