-- Second stages read events by position. Rows are sorted by tenant and time, which follow the position closely enough that the extremes of
-- a granule leave out all but the newest ones (docs/adr/0011).
ALTER TABLE events ADD INDEX IF NOT EXISTS by_seq seq TYPE minmax GRANULARITY 1;
ALTER TABLE events MATERIALIZE INDEX by_seq;
