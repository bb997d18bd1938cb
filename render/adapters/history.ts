import { escapeTsv } from '../../platform/store/tsv.ts';
import type { Store } from '../../platform/store/store.ts';
import type { RenderHistory } from '../ports.ts';

const columns = [
  'tenant',
  'created_at',
  'id',
  'kind',
  'title',
  'asked_by_type',
  'asked_by_id',
  'state',
  'error_code',
  'started_at',
  'ended_at',
  'attempts',
  'cost_usd',
  'artefacts',
  'version',
];

/** Table `renders`; the same line again replaces itself. */
export function createRenderHistory(store: Store): RenderHistory {
  return {
    note: async (line) => {
      const cells = [
        line.tenant,
        instant(line.createdAtMs),
        line.id,
        line.kind,
        line.title,
        line.askedByType,
        line.askedById,
        line.state,
        line.errorCode,
        instant(line.startedAtMs),
        instant(line.endedAtMs),
        String(line.attempts),
        String(line.costUsd),
        line.artefacts,
        String(Math.round(line.endedAtMs)),
      ];
      await store.insertRows('renders', columns, `${cells.map(escapeTsv).join('\t')}\n`);
    },
  };
}

function instant(ms: number): string {
  return new Date(ms).toISOString().replace('T', ' ').replace('Z', '');
}
