-- SQLite cannot change a CHECK, so the tables are made again.

-- Dead events that a person ended, with name and reason.
CREATE TABLE pay_deliveries_new (
    effect_key  TEXT    NOT NULL PRIMARY KEY,
    gateway     TEXT    NOT NULL,
    source      TEXT    NOT NULL,
    body        BLOB    NOT NULL,
    event       TEXT    NOT NULL,
    received_at BIGINT  NOT NULL,
    repeats     BIGINT  NOT NULL,
    state       TEXT    NOT NULL CHECK (state IN ('pending', 'done', 'dead', 'discarded')),
    -- How often a handler was started. It fences the end of an attempt.
    attempts    BIGINT  NOT NULL,
    -- When the next attempt may start: in the future while one is running.
    due_at      BIGINT  NOT NULL,
    problem     TEXT,
    discarded   TEXT
);
INSERT INTO pay_deliveries_new
    SELECT effect_key, gateway, source, body, event, received_at, repeats, state, attempts, due_at, problem, NULL
    FROM pay_deliveries;
DROP TABLE pay_deliveries;
ALTER TABLE pay_deliveries_new RENAME TO pay_deliveries;
CREATE INDEX pay_deliveries_due ON pay_deliveries (due_at) WHERE state = 'pending';
CREATE INDEX pay_deliveries_received ON pay_deliveries (received_at, effect_key);
CREATE INDEX pay_deliveries_dead ON pay_deliveries (received_at, effect_key) WHERE state = 'dead';

-- Calls that wait to be sent.
CREATE TABLE pay_intents_new (
    call       TEXT   NOT NULL,
    reference  TEXT   NOT NULL,
    gateway    TEXT   NOT NULL,
    ticket     TEXT   NOT NULL,
    state      TEXT   NOT NULL CHECK (state IN ('staged', 'sending', 'unknown', 'found', 'applied', 'not_applied')),
    -- Rises with every call under the reference. It fences the results of earlier ones.
    number     BIGINT NOT NULL,
    -- Until when the request may be under way.
    ends_at    BIGINT NOT NULL,
    -- When to send a staged call, or to query the provider about one that was sent.
    due_at     BIGINT NOT NULL,
    problem    TEXT,
    -- The records of the people who ended calls.
    closed     TEXT,
    staged_at  BIGINT,
    -- The order, while it is staged.
    document   TEXT,
    PRIMARY KEY (call, reference)
);
INSERT INTO pay_intents_new
    SELECT call, reference, gateway, ticket, state, number, ends_at, due_at, problem, closed, NULL, NULL
    FROM pay_intents;
DROP TABLE pay_intents;
ALTER TABLE pay_intents_new RENAME TO pay_intents;
CREATE INDEX pay_intents_due ON pay_intents (due_at) WHERE state IN ('sending', 'unknown');
CREATE INDEX pay_intents_reference ON pay_intents (gateway, reference);
CREATE INDEX pay_intents_staged ON pay_intents (due_at, reference) WHERE state = 'staged';
