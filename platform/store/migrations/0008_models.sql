-- Forecasts by the step they are for, as they were made at an origin: what was said, to stand beside what came. Absolute; made again from the
-- same origin they replace.
CREATE TABLE IF NOT EXISTS forecasts (
    tenant String,
    grain String,
    kpi String,
    rollup String,
    dim String,
    target DateTime64(3, 'UTC'),
    origin DateTime64(3, 'UTC'),
    point Float64,
    lower68 Float64,
    upper68 Float64,
    lower80 Float64,
    upper80 Float64,
    lower95 Float64,
    upper95 Float64,
    model_version UInt32,
    version UInt64,
    written_at DateTime('UTC') DEFAULT now()
) ENGINE = ReplacingMergeTree(version)
ORDER BY (tenant, grain, kpi, rollup, dim, target, origin)
TTL written_at + INTERVAL 60 DAY DELETE WHERE grain = 'hourly', written_at + INTERVAL 400 DAY DELETE;

-- The newest forecast of each series whole, as the API shows it (platform/contracts/forecast.ts): horizons, backtest, members, drivers.
CREATE TABLE IF NOT EXISTS forecast_details (
    tenant String,
    grain String,
    kpi String,
    rollup String,
    dim String,
    origin DateTime64(3, 'UTC'),
    detail String,
    version UInt64,
    written_at DateTime('UTC') DEFAULT now()
) ENGINE = ReplacingMergeTree(version)
ORDER BY (tenant, grain, kpi, rollup, dim)
TTL written_at + INTERVAL 400 DAY DELETE;
