import { useCallback } from 'react';
import type { RenderKind } from '../../platform/contracts/render-names.ts';
import { useWorkspace } from '../data/workspace.ts';

/** Asks for a render and looks at the list again. */
export function useAsk(): (kind: RenderKind, params: Readonly<Record<string, unknown>>) => Promise<void> {
  const { api, queries } = useWorkspace();
  return useCallback(
    async (kind, params) => {
      await api.askRender({ kind, params: { ...params } });
      queries.renders.refresh();
    },
    [api, queries],
  );
}
