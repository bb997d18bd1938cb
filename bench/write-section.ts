import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';

const WRITTEN =
  'Each section is written by the command it names (`--write`); the figures are those of that run.';
const heads = {
  benchmarks: `# Benchmarks\n\n${WRITTEN}\n`,
  models: `# How good the models are\n\n${WRITTEN}\n`,
};

/** A document whose sections are written by commands. */
export type WrittenDocument = keyof typeof heads;

/** Puts a report under its own heading into docs/<document>.md, in the place of an earlier one, with command, date and machine. */
export function writeSection(name: string, command: string, report: string, document: WrittenDocument): void {
  const file = new URL(`../docs/${document}.md`, import.meta.url);
  const text = existsSync(file) ? readFileSync(file, 'utf8') : heads[document];
  writeFileSync(file, withSection(text, name, `${provenance(command)}\n\n${report.trim()}`));
}

/** `text` with the section `## name` replaced, or added at the end. */
export function withSection(text: string, name: string, body: string): string {
  const [head = '', ...sections] = text.split(/^(?=## )/m);
  const made = `## ${name}\n\n${body}\n`;
  const others = sections.map((section) => `${section.trimEnd()}\n`);
  const at = others.findIndex((section) => section.startsWith(`## ${name}\n`));
  if (at === -1) others.push(made);
  else others[at] = made;
  return [`${head.trimEnd()}\n`, ...others].join('\n');
}

function provenance(command: string): string {
  const machine = `${cpus().length} cores (${cpus()[0]?.model ?? 'unknown'}), ${Math.round(totalmem() / 1024 ** 3)} GiB, Node ${process.versions.node}`;
  return `\`${command}\` on ${new Date().toISOString().slice(0, 10)}; ${machine}.`;
}
