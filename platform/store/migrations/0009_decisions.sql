-- Decisions as they were last told, one row a decision; the highest revision counts. `detail` is the whole decision as the API shows it
-- (platform/contracts/decision.ts). The truth is KV `decisions`; this keeps those that have left it.
CREATE TABLE IF NOT EXISTS decisions (
    tenant String,
    created_at DateTime64(3, 'UTC'),
    id String,
    policy String,
    state String,
    key String,
    kpi String,
    money Nullable(Float64),
    changed_at DateTime64(3, 'UTC'),
    detail String,
    revision UInt32
) ENGINE = ReplacingMergeTree(revision)
ORDER BY (tenant, created_at, id);

-- The audit chain for questions; the chain itself is the stream `audit`. One row an entry, absolute.
CREATE TABLE IF NOT EXISTS audit (
    tenant String,
    number UInt64,
    at DateTime64(3, 'UTC'),
    actor String,
    action String,
    object String,
    result String,
    request_id String,
    id String,
    details String,
    prev String,
    hash String,
    intake_seq UInt64
) ENGINE = ReplacingMergeTree
ORDER BY (tenant, number);
