import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { doctorCommand } from './doctor.ts';

describe('weir doctor', () => {
  let home = '';
  beforeAll(() => {
    home = mkdtempSync(join(tmpdir(), 'weir-doctor-'));
  });
  afterAll(() => rmSync(home, { recursive: true, force: true }));

  const run = async (settings: Record<string, string>): Promise<{ code: number; lines: string[] }> => {
    const lines: string[] = [];
    const env = { PATH: process.env['PATH'], WEIR_HOME: join(home, 'new'), WEIR_PORT: '0', ...settings };
    return { code: await doctorCommand(env, (line) => lines.push(line)), lines };
  };

  it('fails on a port that another program holds and says how to mend it', async () => {
    const other = createServer((_request, response) => response.writeHead(404).end());
    other.listen(0, '127.0.0.1');
    await once(other, 'listening');
    const address = other.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const { code, lines } = await run({ WEIR_PORT: String(port) });
    other.close();
    expect(code).toBe(1);
    const at = lines.findIndex((line) => /^fail\s+port/.test(line));
    expect(lines[at]).toContain(`${port} is taken by another program`);
    expect(lines[at + 1]).toContain('WEIR_PORT');
  });

  it('names wrong settings and a home that is a file', async () => {
    const { code, lines } = await run({
      WEIR_HOME: new URL(import.meta.url).pathname,
      WEIR_INGEST_LOG_MAX_BYTES: 'many',
    });
    expect(code).toBe(1);
    expect(lines.some((line) => /^fail\s+settings.*/.test(line))).toBe(true);
    expect(lines.join('\n')).toContain('WEIR_INGEST_LOG_MAX_BYTES');
    expect(lines.some((line) => /^fail\s+WEIR_HOME.*is no directory/.test(line))).toBe(true);
  });

  it('hints at settings that do not exist', async () => {
    const { lines } = await run({ WEIR_PROT: '1' });
    expect(lines.some((line) => /^warn\s+settings.*WEIR_PROT/.test(line))).toBe(true);
  });
});
