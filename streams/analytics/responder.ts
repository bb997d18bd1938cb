import type { Static, TSchema } from '@sinclair/typebox';
import type { Bus, Stop } from '../../platform/bus/bus.ts';
import { createJsonCodec } from '../../platform/bus/json.ts';
import {
  analyticsSubject,
  type AnalyticsKind,
  type AnalyticsScope,
} from '../../platform/contracts/analytics.ts';
import { AttributionRequest, type AttributionAnswer } from '../../platform/contracts/attribution.ts';
import { CohortRequest, type CohortAnswer } from '../../platform/contracts/cohorts.ts';
import { FunnelRequest, type FunnelAnswer } from '../../platform/contracts/funnel.ts';
import { PnlRequest } from '../../platform/contracts/pnl.ts';
import { RisksRequest, type RisksAnswer } from '../../platform/contracts/risks.ts';
import { BreakdownRequest, DecompositionRequest } from '../../platform/contracts/revenue.ts';
import { LifecycleRequest } from '../../platform/contracts/trend-lifecycle.ts';
import type { Metrics } from '../../platform/metrics/metrics.ts';
import { answerRisks } from '../risk/answer.ts';
import { answerLifecycle } from '../trends/lifecycle/answer.ts';
import { answerAttribution, answerCohorts, answerFunnel, type AnswerDeps } from './answer-users.ts';
import { answerBreakdown, answerDecomposition, answerPnl } from './answer-windows.ts';
import { createQueue } from './fair-queue.ts';
import { createQuestions, type Questions } from './questions.ts';
import type { Progress } from './scan.ts';

export interface AnalyticsDeps extends AnswerDeps {
  readonly bus: Bus;
  readonly metrics: Metrics;
}

/**
 * Answers the questions of `contracts/analytics.ts`. Those over windows are answered at once; those over events run one at a time and
 * tell their progress to whoever asks again.
 */
export function startAnalytics(deps: AnalyticsDeps): Stop {
  const { bus, clock, metrics } = deps;
  const queue = createQueue();
  metrics.gaugeOf('weir_streams_analytics_questions', 'Long questions that run or wait', () => queue.size());
  const funnels = createQuestions<FunnelAnswer>(clock, queue);
  const cohorts = createQuestions<CohortAnswer>(clock, queue);
  const attributions = createQuestions<AttributionAnswer>(clock, queue);
  const risks = createQuestions<RisksAnswer>(clock, queue);

  const respond = <T extends TSchema>(
    kind: AnalyticsKind,
    request: T,
    answer: (body: Static<T>) => Promise<unknown>,
  ): Stop => bus.respond(analyticsSubject(kind), createJsonCodec(request), answer, 'analytics');

  const responders = [
    respond('funnel', FunnelRequest, (body) => long(deps, funnels, body, answerFunnel)),
    respond('cohorts', CohortRequest, (body) => long(deps, cohorts, body, answerCohorts)),
    respond('attribution', AttributionRequest, (body) => long(deps, attributions, body, answerAttribution)),
    respond('risks', RisksRequest, (body) => long(deps, risks, body, answerRisks)),
    respond('breakdown', BreakdownRequest, ({ scope, question }) => answerBreakdown(deps, scope, question)),
    respond('decomposition', DecompositionRequest, ({ scope, question }) =>
      answerDecomposition(deps, scope, question),
    ),
    respond('pnl', PnlRequest, ({ scope, question }) => answerPnl(deps, scope, question)),
    respond('trend-lifecycle', LifecycleRequest, ({ scope, question }) =>
      answerLifecycle(deps, scope, question),
    ),
  ];
  return {
    stop: () => {
      for (const responder of responders) responder.stop();
      for (const questions of [funnels, cohorts, attributions, risks]) questions.stop();
    },
  };
}

async function long<Q, T>(
  deps: AnswerDeps,
  questions: Questions<T>,
  { scope, question }: { readonly scope: AnalyticsScope; readonly question: Q },
  answer: (deps: AnswerDeps, scope: AnalyticsScope, question: Q, progress: Progress) => Promise<T>,
): Promise<unknown> {
  return await questions.ask(scope.tenant, JSON.stringify([scope, question]), async (progress) =>
    answer(deps, scope, question, progress),
  );
}
