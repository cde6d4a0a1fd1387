-- When the provider is queried about a payment, and what was concluded from it so far.
ALTER TABLE pay_payments ADD COLUMN gateway TEXT NOT NULL DEFAULT '';
-- When it was stored first.
ALTER TABLE pay_payments ADD COLUMN seen_at BIGINT NOT NULL DEFAULT 0;
-- Since when it is known that it has ended.
ALTER TABLE pay_payments ADD COLUMN ended_at BIGINT;
-- The latest query.
ALTER TABLE pay_payments ADD COLUMN polled_at BIGINT;
-- When to look at it next. A change makes it due at once.
ALTER TABLE pay_payments ADD COLUMN poll_at BIGINT;
-- Its part of the sums in pay_balances.
ALTER TABLE pay_payments ADD COLUMN moved TEXT;
UPDATE pay_payments SET gateway = split_part(id, ':', 1), seen_at = changed_at, poll_at = changed_at;
CREATE INDEX pay_payments_poll ON pay_payments (gateway, poll_at) WHERE poll_at IS NOT NULL;

-- Until when a webhook is expected for an event that a query brought.
ALTER TABLE pay_deliveries ADD COLUMN webhook_due BIGINT;
CREATE INDEX pay_deliveries_webhook ON pay_deliveries (webhook_due) WHERE webhook_due IS NOT NULL;

-- The money at stake.
ALTER TABLE pay_findings ADD COLUMN money TEXT;
ALTER TABLE pay_findings ADD COLUMN resolved_at BIGINT;
-- Who resolved it, when and why, the latest last.
ALTER TABLE pay_findings ADD COLUMN resolutions TEXT;
CREATE INDEX pay_findings_open ON pay_findings (found_at) WHERE resolved_at IS NULL;

-- How many calls were made in the window that began at this time.
CREATE TABLE pay_budgets (
    name       TEXT   NOT NULL PRIMARY KEY,
    started_at BIGINT NOT NULL,
    used       BIGINT NOT NULL
);

-- What is read from time to time.
CREATE TABLE pay_cursors (
    gateway TEXT   NOT NULL,
    task    TEXT   NOT NULL CHECK (task IN ('statements', 'balances')),
    due_at  BIGINT NOT NULL,
    -- The start in UTC of the latest day that was read.
    read_to BIGINT,
    PRIMARY KEY (gateway, task)
);

-- The sums of what payments moved, and the balance that they are compared with. Amounts are decimal texts.
CREATE TABLE pay_balances (
    gateway  TEXT NOT NULL,
    asset    TEXT NOT NULL,
    came_in  TEXT NOT NULL,
    went_out TEXT NOT NULL,
    -- Of payouts that have not ended.
    on_hold  TEXT NOT NULL,
    -- The first balance with the sums at that time, and the latest difference.
    baseline TEXT,
    PRIMARY KEY (gateway, asset)
);
