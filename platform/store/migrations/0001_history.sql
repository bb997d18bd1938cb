-- History of events, KPI windows, outcomes and refusals. Forward only: a later change is a later file.

-- One row an accepted event, once. Retention is by ingest time: a late event must not be deleted on arrival.
-- Plain String instead of LowCardinality: building dictionaries per insert costs half of the whole insert (docs/adr).
CREATE TABLE IF NOT EXISTS events (
    partition UInt16,
    seq UInt64,
    idx UInt32,
    tenant String,
    source String,
    id String,
    type String,
    time DateTime64(3, 'UTC'),
    received_at DateTime64(3, 'UTC'),
    channel String,
    content String,
    country String,
    stream String,
    user String,
    amount_minor Int64,
    currency String,
    amount_base_minor Int64,
    flags UInt8,
    data String,
    INDEX by_id id TYPE bloom_filter(0.01) GRANULARITY 4
) ENGINE = MergeTree
PARTITION BY toYYYYMM(received_at)
ORDER BY (tenant, time)
SETTINGS non_replicated_deduplication_window = 10000;

-- Absolute state of one window as one partition sees it; readers merge the parts. Never additive: a repeated insert replaces.
CREATE TABLE IF NOT EXISTS kpi (
    tenant String,
    window String,
    rollup String,
    window_start DateTime64(3, 'UTC'),
    dim String,
    part UInt16,
    sums Map(String, Float64),
    mins Map(String, Float64),
    maxs Map(String, Float64),
    uniques Map(String, String),
    revision UInt32,
    version UInt64
) ENGINE = ReplacingMergeTree(version)
ORDER BY (tenant, window, rollup, window_start, dim, part);

-- Duplicates and late events by minute of received time, absolute per partition.
CREATE TABLE IF NOT EXISTS event_outcomes (
    tenant String,
    minute DateTime('UTC'),
    kind String,
    part UInt16,
    count UInt64,
    version UInt64
) ENGINE = ReplacingMergeTree(version)
ORDER BY (tenant, minute, kind, part);

CREATE TABLE IF NOT EXISTS dead_letters (
    seq UInt64,
    tenant String,
    received_at DateTime64(3, 'UTC'),
    dialect String,
    source String,
    code String,
    message String,
    idx UInt32,
    item String
) ENGINE = ReplacingMergeTree
ORDER BY (tenant, seq);
