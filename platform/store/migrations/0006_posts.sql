-- Posts as they are tracked for seven days from publication: counts, checks, predictions. Absolute; a later state replaces.
CREATE TABLE IF NOT EXISTS posts (
    tenant String,
    content String,
    channel String,
    title String,
    published_at DateTime64(3, 'UTC'),
    views Float64,
    engagement Float64,
    viral_at Nullable(DateTime64(3, 'UTC')),
    detail String,
    version UInt64
) ENGINE = ReplacingMergeTree(version)
ORDER BY (tenant, content);
