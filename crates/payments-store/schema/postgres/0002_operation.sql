-- Dead events that a person ended, with name and reason.
ALTER TABLE pay_deliveries DROP CONSTRAINT pay_deliveries_state_check;
ALTER TABLE pay_deliveries ADD CONSTRAINT pay_deliveries_state_check
    CHECK (state IN ('pending', 'done', 'dead', 'discarded'));
ALTER TABLE pay_deliveries ADD COLUMN discarded TEXT;
CREATE INDEX pay_deliveries_dead ON pay_deliveries (received_at, effect_key) WHERE state = 'dead';

-- Calls that wait to be sent.
ALTER TABLE pay_intents DROP CONSTRAINT pay_intents_state_check;
ALTER TABLE pay_intents ADD CONSTRAINT pay_intents_state_check
    CHECK (state IN ('staged', 'sending', 'unknown', 'found', 'applied', 'not_applied'));
ALTER TABLE pay_intents ADD COLUMN staged_at BIGINT;
-- The order, while it is staged.
ALTER TABLE pay_intents ADD COLUMN document TEXT;
CREATE INDEX pay_intents_staged ON pay_intents (due_at, reference) WHERE state = 'staged';
