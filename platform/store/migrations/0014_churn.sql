-- Customers as they were scored by a run (its as_of): absolute rows, made again they replace. A run counts once churn_runs names it, which is
-- written last. `detail` is the score or value as the API shows it (platform/contracts/customers.ts).
CREATE TABLE IF NOT EXISTS churn_scores (
    tenant String,
    as_of DateTime64(3, 'UTC'),
    customer String,
    probability Float64,
    scored_by String,
    band String,
    reason String,
    at_risk_minor Float64,
    detail String,
    version UInt64,
    written_at DateTime('UTC') DEFAULT now()
) ENGINE = ReplacingMergeTree(version)
ORDER BY (tenant, as_of, customer)
TTL written_at + INTERVAL 90 DAY DELETE;

CREATE TABLE IF NOT EXISTS customer_values (
    tenant String,
    as_of DateTime64(3, 'UTC'),
    customer String,
    kind String,
    segment String,
    value Float64,
    rank Float64,
    detail String,
    version UInt64,
    written_at DateTime('UTC') DEFAULT now()
) ENGINE = ReplacingMergeTree(version)
ORDER BY (tenant, as_of, customer)
TTL written_at + INTERVAL 90 DAY DELETE;

-- A run as a whole: backtest, bands, survival, segments.
CREATE TABLE IF NOT EXISTS churn_runs (
    tenant String,
    as_of DateTime64(3, 'UTC'),
    detail String,
    version UInt64,
    written_at DateTime('UTC') DEFAULT now()
) ENGINE = ReplacingMergeTree(version)
ORDER BY (tenant, as_of)
TTL written_at + INTERVAL 400 DAY DELETE;
