-- A dead letter may stand for many refused items of one request: beyond a bound they are summarised.
ALTER TABLE dead_letters ADD COLUMN IF NOT EXISTS count UInt32 DEFAULT 1;
