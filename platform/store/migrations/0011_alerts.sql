-- Threads of alerts as they were last; the owner of alerts holds what is open, this table is for people.
CREATE TABLE IF NOT EXISTS alerts (
    tenant String,
    started_at DateTime64(3, 'UTC'),
    id String,
    title String,
    family String,
    state String,
    severity String,
    ended_at Nullable(DateTime64(3, 'UTC')),
    changed_at DateTime64(3, 'UTC'),
    alert_count UInt32,
    firing_count UInt32,
    impact Nullable(Float64),
    acknowledged String,
    snoozed String,
    alerts String,
    history String,
    version UInt64
) ENGINE = ReplacingMergeTree(version)
ORDER BY (tenant, id)
TTL toDateTime(changed_at) + INTERVAL 400 DAY DELETE;

-- Messages to contact points, each as it was last. No address and no secret is in it.
CREATE TABLE IF NOT EXISTS deliveries (
    tenant String,
    created_at DateTime64(3, 'UTC'),
    id String,
    user_id String,
    contact_id String,
    channel String,
    state String,
    title String,
    kind String,
    severity String,
    subscription_id String,
    subscription_name String,
    why String,
    thread_ids Array(String),
    tries UInt16,
    next_at Nullable(DateTime64(3, 'UTC')),
    last_note String,
    ended_at Nullable(DateTime64(3, 'UTC')),
    version UInt64
) ENGINE = ReplacingMergeTree(version)
ORDER BY (tenant, created_at, id)
TTL toDateTime(created_at) + INTERVAL 400 DAY DELETE;
