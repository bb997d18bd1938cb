/**
 * The demo network beside the clients, so that recurring revenue, posts, trends, the watch and its signals all have work. Little of it, and
 * quick settings: all stages are through history in a few seconds and are then killed in the middle of the present too.
 */
export const everythingOn: Readonly<Record<string, string>> = {
  WEIR_DEMO: '1',
  WEIR_DEMO_RATE_PER_SECOND: '20',
  WEIR_DEMO_HISTORY_DAYS: '3',
  WEIR_STREAMS_WATCH_MINUTES_BACK_MS: String(6 * 3_600_000),
  WEIR_STREAMS_WATCH_SETTLE_MS: '2000',
  WEIR_STREAMS_STAGE_SNAPSHOT_INTERVAL_MS: '1000',
  WEIR_STREAMS_STAGE_POLL_INTERVAL_MS: '200',
  WEIR_STREAMS_STAGE_WORK_SHARE: '0.9',
};
