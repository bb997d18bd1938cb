import type { Decision } from '../../platform/contracts/decision.ts';
import type { Routine } from '../../platform/contracts/outbox.ts';
import { proposalPolicyPrefix, type ProposalSource } from '../../platform/contracts/proposal.ts';
import type { Guardrail } from '../../platform/contracts/policy.ts';
import type { Clock } from '../../platform/time/clock.ts';
import type { ProposalDesk } from '../proposals/desk.ts';
import type { NoWish, Wish } from '../proposals/wish.ts';
import type { Records } from '../records.ts';
import { channelDays, channelOpportunities, channelOptimizer } from './channel-optimizer.ts';
import {
  churnCampaigns,
  churnGuardrails,
  churnKeyPrefix,
  churnRoutine,
  defaultChurnBudget,
} from './churn.ts';
import { contentDays, contentOptimizer, contentVariants } from './content-optimizer.ts';
import { rolloutsOf, testKey } from './experiment-wish.ts';
import { bestOf, trustOf, type Opportunity } from './opportunity.ts';
import { partsOf } from './parts.ts';
import type { RoutineFacts } from './ports.ts';
import { revenueDays, revenueHypotheses, revenueOptimizer } from './revenue-optimizer.ts';

export interface ProposingDeps {
  readonly records: Pick<Records, 'decisions' | 'experiments'>;
  readonly facts: RoutineFacts;
  readonly desk: Pick<ProposalDesk, 'put' | 'withdraw'>;
  readonly minorPerMajor: (tenant: string) => number;
  readonly clock: Clock;
}

type ProposingRoutine =
  | typeof churnRoutine
  | typeof channelOptimizer
  | typeof revenueOptimizer
  | typeof contentOptimizer;

const proposing: readonly string[] = [churnRoutine, channelOptimizer, revenueOptimizer, contentOptimizer];
export const isProposing = (routine: string): routine is ProposingRoutine => proposing.includes(routine);

const dayMs = 86_400_000;
/** What a person rejected is not put before them again in this time. */
const restMs = 30 * dayMs;
const best = 5;
const by = 'weir';
const maxSlots = 10;
const maxProducts = 20;
const lengthS = 900;
const running: readonly Decision['state'][] = ['executing', 'applied', 'verifying'];

const isOpen = (state: Decision['state']): boolean =>
  state === 'proposed' || state === 'approved' || running.includes(state);

/** What an experiment is about: where, and what it measures. Other wishes are told apart by their key. */
function aboutOf({
  actions,
  dims,
  key,
}: Pick<Decision, 'dims' | 'key'> & { actions: Wish['actions'] }): string {
  const [action] = actions;
  return action?.kind === 'experiment' && Object.keys(dims).length > 0
    ? JSON.stringify([dims, action.params['metric']])
    : key;
}

/**
 * Looks at the tenant's data and puts what it finds before people. Run again over the same data it finds the same, which is there already; what it
 * no longer finds it takes back. Answers in a sentence.
 */
export async function proposeByRoutine(
  deps: ProposingDeps,
  tenant: string,
  routine: ProposingRoutine,
  params: Routine['params'],
): Promise<string> {
  const { clock, desk, facts, records } = deps;
  const nowMs = clock.nowMs();
  const decisions = records.decisions.values().filter((decision) => decision.tenant === tenant);
  const put = async (wishes: readonly Wish[], guardrails: readonly Guardrail[]): Promise<string> => {
    const known = new Set(decisions.map(({ id }) => id));
    let fresh = 0;
    for (const wish of wishes) {
      const decision = await desk.put(tenant, by, wish, guardrails);
      if (!known.has(decision.id)) fresh += 1;
    }
    const prefix = routine === churnRoutine ? churnKeyPrefix : `routine|${routine}|`;
    const gone = await desk.withdraw(
      tenant,
      prefix,
      wishes.map(({ key }) => key),
      'the routine does not find it any more',
    );
    return `${wishes.length} found, ${fresh} proposed anew${gone > 0 ? `, ${gone} taken back` : ''}`;
  };

  if (routine === churnRoutine) {
    const found = await facts.churn(tenant);
    if (found === undefined) return 'the models have not scored any customer yet';
    return await put(
      churnCampaigns({
        ...found,
        minorPerMajor: deps.minorPerMajor(tenant),
        budget: params.budget ?? defaultChurnBudget,
        endpoint: params.endpoint,
        decisions,
        nowMs,
      }),
      churnGuardrails,
    );
  }

  const experiments = await facts.experiments(tenant);
  // What runs or ran is not tried again under the same idea; what is being done is left alone.
  const taken = new Set([
    ...experiments.map(({ experiment }) => experiment.key),
    ...decisions
      .filter(
        ({ createdAtMs, state }) =>
          running.includes(state) || (state === 'rejected' && nowMs - createdAtMs < restMs),
      )
      .map(({ key }) => key),
  ]);
  // Two routines may see the same gap: what one put forward the other leaves.
  const elsewhere = new Set(
    decisions
      .filter(({ policy, state }) => policy.id !== `${proposalPolicyPrefix}${routine}` && isOpen(state))
      .map(aboutOf),
  );
  const isFree = ({ wish }: Opportunity): boolean =>
    !elsewhere.has(aboutOf(wish)) &&
    !taken.has(wish.key) &&
    !wish.actions.some(({ params: { key } }) => typeof key === 'string' && taken.has(key));
  const trust = trustOf(decisions, `${proposalPolicyPrefix}${routine}`);
  const opportunities = (await lookFor(deps, tenant, routine, nowMs, taken)).filter(isFree);
  const wishes = bestOf(opportunities, trust, best).map(({ wish }) => wish);
  return await put([...wishes, ...rolloutsOf(routine, experiments, nowMs)], []);
}

async function lookFor(
  { facts }: ProposingDeps,
  tenant: string,
  routine: Exclude<ProposingRoutine, typeof churnRoutine>,
  nowMs: number,
  taken: ReadonlySet<string>,
): Promise<Opportunity[]> {
  const ask = async (source: ProposalSource): Promise<Wish | NoWish | undefined> =>
    await facts.recommended(tenant, source);
  switch (routine) {
    case channelOptimizer: {
      const parts = partsOf(await facts.days(tenant, 'channel', nowMs - channelDays * dayMs, 40));
      const largest = parts.toSorted((a, b) => b.total.revenue - a.total.revenue).slice(0, maxSlots);
      const slots: (Wish | NoWish | undefined)[] = [];
      for (const { dim } of largest)
        slots.push(await ask({ type: 'video', question: { channel: dim, lengthS } }));
      const mix = await ask({ type: 'allocation', kind: 'content', question: {} });
      return channelOpportunities({ parts, mix, slots });
    }
    case revenueOptimizer: {
      const fromMs = nowMs - revenueDays * dayMs;
      const prices: { product: string; wish: Wish | NoWish | undefined }[] = [];
      for (const product of (await facts.products(tenant)).slice(0, maxProducts))
        prices.push({ product, wish: await ask({ type: 'price', question: { product } }) });
      return revenueHypotheses({
        channels: partsOf(await facts.days(tenant, 'channel', fromMs, 40)),
        streams: partsOf(await facts.days(tenant, 'stream', fromMs, 40)),
        prices,
      });
    }
    case contentOptimizer: {
      const parts = partsOf(await facts.days(tenant, 'content', nowMs - contentDays * dayMs, 200));
      return contentVariants({
        parts,
        isTried: (area, content) => taken.has(testKey({ routine, area, on: content })),
      });
    }
  }
}
