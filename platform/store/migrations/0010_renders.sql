-- Renders that ended: who asked, how it went, and name and SHA-256 of what was made. Outlives the artefacts; a repeated insert replaces.
CREATE TABLE IF NOT EXISTS renders (
    tenant String,
    created_at DateTime64(3, 'UTC'),
    id String,
    kind String,
    title String,
    asked_by_type String,
    asked_by_id String,
    state String,
    error_code String,
    started_at DateTime64(3, 'UTC'),
    ended_at DateTime64(3, 'UTC'),
    attempts UInt32,
    cost_usd Float64,
    artefacts String,
    version UInt64
) ENGINE = ReplacingMergeTree(version)
ORDER BY (tenant, created_at, id);
