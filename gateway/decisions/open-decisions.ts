import type { Decision } from '../../platform/contracts/decision.ts';
import type { DecisionState } from '../../platform/contracts/policy.ts';
import type { DecisionDesk } from './ask.ts';

const open: DecisionState[] = ['proposed', 'approved', 'executing', 'applied', 'verifying'];
const most = 50;
/** In whose name a room asks; nobody's rights are used. */
const subject = 'weir';

/** What has not ended, for everybody who looks. */
export type OpenDecisions = (
  tenant: string,
) => Promise<{ readonly open: readonly Decision[]; readonly isStopped: boolean }>;

export function createOpenDecisions(desk: DecisionDesk): OpenDecisions {
  return async (tenant) => {
    const [{ decisions }, { settings, isAllStopped }] = await Promise.all([
      desk.ask('decisions-list', { tenant, subject }, { states: open, limit: most }),
      desk.ask('settings-get', { tenant, subject }, {}),
    ]);
    return { open: decisions, isStopped: settings.isStopped || isAllStopped };
  };
}
