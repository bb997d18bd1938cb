-- Distributions of the quantile measures: a sketch a measure, as text, absolute like the rest of the row.
ALTER TABLE kpi ADD COLUMN IF NOT EXISTS quantiles Map(String, String) AFTER uniques;

-- MRR of one customer by window (months, and the days on which something moved), segment and currency: absolute, a repeated insert
-- replaces. Minor units a month, in the currency and (_base) in the tenant's. Rows of a policy version are whole once mrr_status names it.
CREATE TABLE IF NOT EXISTS mrr_movements (
    tenant String,
    policy_version UInt32,
    window String,
    window_start DateTime64(3, 'UTC'),
    customer String,
    segment String,
    currency String,
    opening Int64,
    new Int64,
    reactivation Int64,
    expansion Int64,
    contraction Int64,
    churn Int64,
    transfer Int64,
    fx Int64,
    closing Int64,
    year_ago Int64,
    opening_base Int64,
    new_base Int64,
    reactivation_base Int64,
    expansion_base Int64,
    contraction_base Int64,
    churn_base Int64,
    transfer_base Int64,
    fx_base Int64,
    closing_base Int64,
    year_ago_base Int64,
    version UInt64
) ENGINE = ReplacingMergeTree(version)
ORDER BY (tenant, policy_version, window, window_start, customer, segment, currency);

-- Up to when and by which policy the movements of a tenant speak.
CREATE TABLE IF NOT EXISTS mrr_status (
    tenant String,
    policy_version UInt32,
    as_of DateTime64(3, 'UTC'),
    customers UInt64,
    unattributed UInt64,
    refused UInt64,
    unrated Array(String),
    version UInt64
) ENGINE = ReplacingMergeTree(version)
ORDER BY tenant;
