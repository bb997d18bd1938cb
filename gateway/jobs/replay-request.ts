/** A refused item as it was stored. */
export interface Letter {
  readonly seq: number;
  readonly dialect: string;
  readonly receivedAtMs: number;
  readonly item: string;
}

/** One request to the door with items of one dialect. */
export interface DoorRequest {
  readonly path: string;
  readonly contentType: string;
  readonly body: string;
}

type Item = Readonly<Record<string, unknown>>;

/**
 * The item of a letter as it goes through the door again; undefined when it cannot: it is no JSON object (cut at 64 KiB, or never
 * was one), or it is a row of a file, which is imported again from the file. What had no id gets one from the letter, so that a
 * replay that is repeated counts it once; what had no time keeps the time it was first received.
 */
export function replayItem(letter: Letter): Item | undefined {
  const item = parseObject(letter.item);
  if (item === undefined) return undefined;
  const id = `replay-${letter.seq}`;
  switch (letter.dialect) {
    case 'native':
      return { id, time: new Date(letter.receivedAtMs).toISOString(), ...item };
    case 'cloudevents':
      return item;
    case 'segment':
      return { messageId: id, timestamp: new Date(letter.receivedAtMs).toISOString(), ...item };
    case 'posthog':
      return { uuid: id, timestamp: new Date(letter.receivedAtMs).toISOString(), ...item };
    default:
      return undefined;
  }
}

/** The request that carries items of one dialect. `key` is the ingest key, which PostHog's form wants in the body. */
export function doorRequest(dialect: string, items: readonly Item[], key: string): DoorRequest {
  switch (dialect) {
    case 'segment':
      return { path: '/v1/batch', contentType: 'application/json', body: JSON.stringify({ batch: items }) };
    case 'posthog':
      return {
        path: '/batch/',
        contentType: 'application/json',
        body: JSON.stringify({ api_key: key, batch: items }),
      };
    case 'cloudevents':
      return {
        path: '/v1/events',
        contentType: 'application/cloudevents-batch+json',
        body: JSON.stringify(items),
      };
    default:
      return { path: '/v1/events', contentType: 'application/json', body: JSON.stringify(items) };
  }
}

function parseObject(text: string): Item | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isItem(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isItem(value: unknown): value is Item {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
