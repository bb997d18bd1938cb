const labels: Readonly<Record<string, string>> = {
  debug: 'debug',
  info: 'info ',
  warn: 'WARN ',
  error: 'ERROR',
};

/** One JSON log line as a line for people: `12:00:01.123 WARN  bus disconnected url=…`. Stacks follow on their own lines. */
export function formatLine(line: string): string {
  const record = parseRecord(line);
  if (record === undefined) return line;
  const { level, time, module, msg, ...fields } = record;
  const stacks: string[] = [];
  const pairs = Object.entries(fields).map(([key, value]) => `${key}=${formatValue(value, stacks)}`);
  const head = [
    textOf(time).slice(11, 23),
    labels[textOf(level)] ?? textOf(level),
    textOf(module),
    textOf(msg),
  ];
  return `${[...head, ...pairs].filter((part) => part !== '').join(' ')}\n${stacks.map((stack) => `${stack}\n`).join('')}`;
}

function parseRecord(line: string): Record<string, unknown> | undefined {
  try {
    const parsed: unknown = JSON.parse(line);
    return isRecord(parsed) ? parsed : undefined;
  } catch {
    return undefined;
  }
}

function formatValue(value: unknown, stacks: string[]): string {
  if (isRecord(value) && typeof value['message'] === 'string' && typeof value['type'] === 'string') {
    if (typeof value['stack'] === 'string') stacks.push(value['stack']);
    return JSON.stringify(`${value['type']}: ${value['message']}`);
  }
  return typeof value === 'string' && /^[\w./:@+-]+$/.test(value) ? value : JSON.stringify(value);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
