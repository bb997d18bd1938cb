import type { AnalyticsScope } from '../../platform/contracts/analytics.ts';
import type { RisksAnswer } from '../../platform/contracts/risks.ts';
import type { AnswerDeps } from '../analytics/answer-users.ts';
import { readTitles } from '../analytics/kpi-sql.ts';
import type { Progress } from '../analytics/scan.ts';
import { assessRisks } from './assess.ts';
import { readRiskFacts } from './read-facts.ts';

/** Risks of a tenant's revenue as of its last complete day. */
export async function answerRisks(
  deps: AnswerDeps,
  scope: AnalyticsScope,
  _question: object,
  progress: Progress,
): Promise<RisksAnswer> {
  const found = assessRisks(await readRiskFacts(deps, scope, progress));
  const contents = found.risks.flatMap(({ code, subject }) =>
    code === 'content_concentration' && subject !== undefined ? [subject] : [],
  );
  const titles = await readTitles(deps.store, scope.tenant, contents);
  const titled = <T extends { readonly subject?: string }>(each: T): T => {
    const title = each.subject === undefined ? undefined : titles.get(each.subject);
    return title === undefined ? each : { ...each, title };
  };
  return {
    currency: scope.currency,
    ...found,
    risks: found.risks.map(titled),
    recommendations: found.recommendations.map(titled),
  };
}
