-- Second stages read events by position. Rows are sorted by tenant and time, which follow the position closely enough that the extremes of
-- a granule leave out all but the newest ones (docs/adr/0011).
ALTER TABLE events ADD INDEX IF NOT EXISTS by_seq seq TYPE minmax GRANULARITY 1;
ALTER TABLE events MATERIALIZE INDEX by_seq;

-- Windows of watched series as they were judged: what was expected and what came. Absolute; a repeated judgement is the same row.
CREATE TABLE IF NOT EXISTS expectations (
    tenant String,
    kpi String,
    window String,
    rollup String,
    dim String,
    window_start DateTime64(3, 'UTC'),
    observed Nullable(Float64),
    expected Nullable(Float64),
    lower Nullable(Float64),
    upper Nullable(Float64),
    score Float32,
    judged_at DateTime('UTC'),
    version UInt64
) ENGINE = ReplacingMergeTree(version)
ORDER BY (tenant, kpi, window, rollup, dim, window_start)
TTL judged_at + INTERVAL 30 DAY DELETE WHERE window = '1m', judged_at + INTERVAL 400 DAY DELETE;

-- Episodes of watched series; one row an episode, the highest version counts.
CREATE TABLE IF NOT EXISTS anomalies (
    tenant String,
    started_at DateTime64(3, 'UTC'),
    id String,
    kpi String,
    window String,
    rollup String,
    dim String,
    state String,
    severity String,
    reason String,
    ended_at DateTime64(3, 'UTC'),
    peak_at DateTime64(3, 'UTC'),
    score Float64,
    observed Float64,
    expected Nullable(Float64),
    lower Nullable(Float64),
    upper Nullable(Float64),
    is_good Bool,
    parent_id String,
    explanation String,
    version UInt64
) ENGINE = ReplacingMergeTree(version)
ORDER BY (tenant, started_at, id);

-- Signals as they were last told; the stream `signals` keeps them for consumers, this table for people.
CREATE TABLE IF NOT EXISTS signals (
    tenant String,
    started_at DateTime64(3, 'UTC'),
    kind String,
    id String,
    kpi String,
    title String,
    dims String,
    window String,
    severity String,
    state String,
    ended_at Nullable(DateTime64(3, 'UTC')),
    is_good Nullable(Bool),
    evidence String,
    link String,
    revision UInt32
) ENGINE = ReplacingMergeTree(revision)
ORDER BY (tenant, started_at, kind, id);
