-- MRR of one customer by month, cut by plan, channel and country beside the segment of the policy: rows as those of mrr_movements, absolute, and
-- written before mrr_status names their version. A cut that the policy already segments by is not here. Months only: days are not cut.
CREATE TABLE IF NOT EXISTS mrr_cuts (
    tenant String,
    policy_version UInt32,
    window String,
    window_start DateTime64(3, 'UTC'),
    customer String,
    cut_by String,
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
ORDER BY (tenant, policy_version, cut_by, window, window_start, customer, segment, currency);

-- Which identities are one person: what events have said, once each (kind owner: an anonymous id `a` was used by the signed-in user `b` at
-- `at`; alias: two names are one). Readers join them (streams/analytics/people.ts); no stored event is rewritten.
CREATE TABLE IF NOT EXISTS identities (
    tenant String,
    kind String,
    a String,
    b String,
    at DateTime64(3, 'UTC'),
    version UInt64
) ENGINE = ReplacingMergeTree(version)
ORDER BY (tenant, kind, a, b, at);
