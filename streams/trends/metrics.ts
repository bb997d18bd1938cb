import type { Metrics } from '../../platform/metrics/metrics.ts';
import type { TrendState } from './state.ts';

/** What shows how full the bounded tables of trends are. Tenants are not a bounded set, so these are sums. */
export function createTrendMetrics(metrics: Metrics) {
  const gauges = {
    tenants: metrics.gauge('weir_streams_trend_tenants', 'Tenants whose trends are followed', []),
    terms: metrics.gauge('weir_streams_trend_terms', 'Terms counted one by one', []),
    contents: metrics.gauge('weir_streams_trend_contents', 'Contents whose views are followed', []),
    episodes: metrics.gauge('weir_streams_trend_episodes', 'Trends followed through their stages', []),
    evicted: metrics.gauge(
      'weir_streams_trend_evicted_terms',
      'Terms that left the table for heavier ones',
      [],
    ),
    forgotten: metrics.gauge(
      'weir_streams_trend_forgotten_contents',
      'Contents that left for newer ones',
      [],
    ),
    unreadable: metrics.gauge('weir_streams_trend_unreadable_events', 'Events that named no topic', []),
    viewed: metrics.gauge(
      'weir_streams_trend_viewed_contents',
      'Contents whose single views count for their subjects; at most as many as contents are followed',
      [],
    ),
    undescribed: metrics.gauge(
      'weir_streams_trend_undescribed_views',
      'Views that count for no subject, because nobody has told of their content, or it was let go',
      [],
    ),
    refused: metrics.gauge('weir_streams_trend_refused_events', 'Events of tenants beyond the bound', []),
    dropped: metrics.gauge(
      'weir_streams_trend_dropped_evaluations',
      'Evaluations and signals that were not written because too many waited',
      [],
    ),
  };
  return {
    show: (state: TrendState): void => {
      const all = [...state.tenants.values()];
      const sum = (of: (trends: (typeof all)[number]) => number): number =>
        all.reduce((total, trends) => total + of(trends), 0);
      gauges.tenants.set(all.length);
      gauges.terms.set(sum(({ terms }) => terms.slotOf.size));
      gauges.contents.set(sum(({ contents }) => contents.byId.size));
      gauges.episodes.set(sum(({ episodes }) => episodes.size));
      gauges.evicted.set(sum(({ terms }) => terms.evicted));
      gauges.forgotten.set(sum(({ contents }) => contents.forgotten));
      gauges.unreadable.set(sum(({ unreadable }) => unreadable));
      gauges.viewed.set(
        sum(
          ({ contents }) => [...contents.byId.values()].filter(({ viewing }) => viewing !== undefined).length,
        ),
      );
      gauges.undescribed.set(sum(({ undescribedViews }) => undescribedViews));
      gauges.refused.set(state.refused);
      gauges.dropped.set(sum(({ pending }) => pending.dropped));
    },
  };
}
