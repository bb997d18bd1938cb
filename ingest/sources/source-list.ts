import { Type, type Static } from '@sinclair/typebox';
import { Value } from '@sinclair/typebox/value';
import { WeirError } from '../../platform/errors/weir-error.ts';
import { chartAdapter } from './chart.ts';
import { feedAdapter } from './feed.ts';
import { interestAdapter } from './interest.ts';
import { at, parseJson } from './json.ts';
import { jsonMentionAdapter, mastodonAdapter } from './mentions.ts';
import { checkSourceUrl } from './public-address.ts';
import type { SourceAdapter } from './source.ts';

const MAX_SOURCES = 50;
const closed = { additionalProperties: false };
const Url = Type.String({ minLength: 1, maxLength: 2_000 });
const Pointer = Type.String({ pattern: '^(/[^/]{1,64}){0,8}$', description: 'JSON pointer, RFC 6901' });
const common = {
  name: Type.String({ pattern: '^[a-z][a-z0-9-]{0,40}$', description: 'Part of the events’ source' }),
  everyMinutes: Type.Optional(Type.Number({ minimum: 1, maximum: 10_080 })),
};
const token = Type.Optional(Type.String({ maxLength: 64, description: 'A name in WEIR_SOURCES_TOKENS' }));

const SourceEntry = Type.Union([
  Type.Object({ ...common, kind: Type.Literal('news'), url: Url }, closed),
  Type.Object(
    {
      ...common,
      kind: Type.Literal('competitor'),
      url: Url,
      competitor: Type.String({ minLength: 1, maxLength: 256 }),
    },
    closed,
  ),
  Type.Object(
    {
      ...common,
      kind: Type.Literal('youtube-chart'),
      region: Type.String({ pattern: '^[A-Z]{2}$' }),
      token: Type.String({ maxLength: 64, description: 'The name of the API key in WEIR_SOURCES_TOKENS' }),
      baseUrl: Type.Optional(Url),
    },
    closed,
  ),
  Type.Object(
    {
      ...common,
      kind: Type.Literal('search-interest'),
      url: Url,
      format: Type.Optional(Type.Union([Type.Literal('csv'), Type.Literal('json')])),
      token,
    },
    closed,
  ),
  Type.Object({ ...common, kind: Type.Literal('mastodon'), url: Url, token }, closed),
  Type.Object(
    {
      ...common,
      kind: Type.Literal('json-mentions'),
      url: Url,
      token,
      items: Type.Optional(Pointer),
      topic: Pointer,
      id: Type.Optional(Pointer),
      time: Type.Optional(Pointer),
      reach: Type.Optional(Pointer),
      sentiment: Type.Optional(Pointer),
    },
    closed,
  ),
]);
type SourceEntry = Static<typeof SourceEntry>;
const SourceFile = Type.Object({ sources: Type.Array(SourceEntry, { maxItems: MAX_SOURCES }) }, closed);

export interface Source {
  readonly name: string;
  readonly kind: string;
  readonly host: string;
  readonly intervalMs: number;
  readonly adapter: SourceAdapter;
}

const usualMinutes: Readonly<Record<SourceEntry['kind'], number>> = {
  news: 15,
  competitor: 15,
  'youtube-chart': 60,
  'search-interest': 60,
  mastodon: 5,
  'json-mentions': 5,
};

/** The sources of a file, each ready to be asked. Throws SOURCE_CONFIG_INVALID or SOURCE_ADDRESS_REFUSED, with the place. */
export function readSources(
  text: string,
  tokens: Readonly<Record<string, string>>,
  allowLoopback: boolean,
): readonly Source[] {
  const value = parseJson(text);
  if (value === undefined) throw invalid('it is no JSON');
  if (!Value.Check(SourceFile, value)) throw invalid(firstFault(value));
  const names = new Set<string>();
  return value.sources.map((entry) => {
    const { name, kind, everyMinutes = usualMinutes[kind] } = entry;
    if (names.has(name)) throw invalid(`two sources are called ${name}`);
    names.add(name);
    const address = addressOf(entry);
    const { host } = checkSourceUrl(address, allowLoopback);
    return { name, kind, host, intervalMs: everyMinutes * 60_000, adapter: adapterOf(entry, tokens) };
  });
}

const YOUTUBE = 'https://www.googleapis.com/youtube/v3';

function addressOf(entry: SourceEntry): string {
  return entry.kind === 'youtube-chart' ? (entry.baseUrl ?? YOUTUBE) : entry.url;
}

function adapterOf(entry: SourceEntry, tokens: Readonly<Record<string, string>>): SourceAdapter {
  const secret = (name: string | undefined): string => {
    if (name === undefined) return '';
    const found = Object.hasOwn(tokens, name) ? tokens[name] : undefined;
    if (found === undefined)
      throw invalid(`source ${entry.name} names the token ${name}, which WEIR_SOURCES_TOKENS does not hold`);
    return found;
  };
  switch (entry.kind) {
    case 'news':
    case 'competitor':
      return feedAdapter(entry);
    case 'youtube-chart':
      return chartAdapter({ ...entry, baseUrl: entry.baseUrl ?? YOUTUBE, key: secret(entry.token) });
    case 'search-interest':
      return interestAdapter({ ...entry, format: entry.format ?? 'csv', token: secret(entry.token) });
    case 'mastodon':
      return mastodonAdapter({ ...entry, token: secret(entry.token) });
    case 'json-mentions':
      return jsonMentionAdapter({ ...entry, items: entry.items ?? '', token: secret(entry.token) });
  }
}

/** The union's own fault says only that nothing fitted: told is the kind that was meant. */
function firstFault(value: unknown): string {
  const list = typeof value === 'object' && value !== null && 'sources' in value ? value.sources : undefined;
  if (!Array.isArray(list)) return 'it has no list "sources"';
  if (list.length > MAX_SOURCES) return `it has more than ${MAX_SOURCES} sources`;
  for (const [i, entry] of list.entries()) {
    if (Value.Check(SourceEntry, entry)) continue;
    const kind = at(entry, '/kind');
    const meant = SourceEntry.anyOf.find((each) => each.properties.kind.const === kind);
    if (meant === undefined)
      return `source ${i + 1} is of no known kind (${SourceEntry.anyOf.map((each) => each.properties.kind.const).join(', ')})`;
    const fault = Value.Errors(meant, entry).First();
    return `source ${i + 1} (${meant.properties.kind.const}): ${fault?.path.slice(1) ?? ''} ${fault?.message ?? ''}`;
  }
  return 'it holds more than the list "sources"';
}

function invalid(why: string): WeirError {
  return new WeirError('SOURCE_CONFIG_INVALID', `The file of sources cannot be used: ${why}.`);
}
