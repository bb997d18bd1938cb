-- Distributions of the quantile measures: a sketch a measure, as text, absolute like the rest of the row.
ALTER TABLE kpi ADD COLUMN IF NOT EXISTS quantiles Map(String, String) AFTER uniques;
