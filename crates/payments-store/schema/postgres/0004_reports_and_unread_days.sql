-- The reference that an event states, '' without one. NULL in rows of an earlier release.
ALTER TABLE pay_deliveries ADD COLUMN reference TEXT;
CREATE INDEX pay_deliveries_apart ON pay_deliveries (reference) WHERE state IN ('pending', 'dead', 'discarded');
-- A call must not be made at one gateway if another one has its order.
CREATE INDEX pay_names_reference ON pay_names (name) WHERE kind = 'reference';

-- 0 if the store saw that it does not hold any more: found again, it is open again.
ALTER TABLE pay_findings ADD COLUMN holds BIGINT NOT NULL DEFAULT 1;

-- The days of statements that could not be read so far, by their start in UTC.
CREATE TABLE pay_unread_days (
    gateway  TEXT   NOT NULL,
    day      BIGINT NOT NULL,
    -- When it was tried first, and when it was tried last.
    since    BIGINT NOT NULL,
    tried_at BIGINT NOT NULL,
    PRIMARY KEY (gateway, day)
);
