import { Type, type Static } from '@sinclair/typebox';

/** How a source of the outside world stands, as it writes it down itself (KV bucket `sources`, key `<tenant>.<name>`). */
export const sourceStatusFields = {
  kind: Type.String({
    description: 'news, competitor, youtube-chart, search-interest, mastodon, json-mentions',
  }),
  host: Type.String({ description: 'Of its address; path and query are not shown' }),
  events: Type.Integer({ description: 'Events the door took from it so far' }),
  failures: Type.Integer({ description: 'Failed polls in a row' }),
  lastOkMs: Type.Number({ description: 'When its last poll went well; 0 when none has' }),
  nextMs: Type.Number({ description: 'When it is asked next' }),
  problem: Type.String({ description: 'Code and words of the last failure; empty when it went well' }),
};
/** What is stored beside these is the source's own affair. */
export const StoredSourceStatus = Type.Object(sourceStatusFields);

export const SourceStatus = Type.Object(
  { name: Type.String(), ...sourceStatusFields },
  { additionalProperties: false },
);
export type SourceStatus = Static<typeof SourceStatus>;

export const SourceList = Type.Object({ sources: Type.Array(SourceStatus, { maxItems: 200 }) });
export type SourceList = Static<typeof SourceList>;
