-- Trends as they were evaluated, one row a trend and hour of event time; the newest evaluation of an hour counts. `detail` is the whole trend
-- as the API shows it (platform/contracts/trend.ts). The rows of the highest version of a tenant are its trends now.
CREATE TABLE IF NOT EXISTS trends (
    tenant String,
    hour DateTime('UTC'),
    key String,
    evaluated_at DateTime64(3, 'UTC'),
    rank UInt16,
    stage String,
    score Float64,
    attention Float64,
    views24h Float64,
    mentions24h Float64,
    health Float64,
    detail String,
    version UInt64,
    written_at DateTime('UTC') DEFAULT now()
) ENGINE = ReplacingMergeTree(version)
ORDER BY (tenant, hour, key)
TTL written_at + INTERVAL 400 DAY DELETE;
