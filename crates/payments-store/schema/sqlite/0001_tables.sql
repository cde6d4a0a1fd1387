-- Times are milliseconds since the Unix epoch. Documents are JSON.

-- What the providers reported, each event once.
CREATE TABLE pay_deliveries (
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
    -- The record of the person who discarded it.
    discarded   TEXT
);
CREATE INDEX pay_deliveries_due ON pay_deliveries (due_at) WHERE state = 'pending';
CREATE INDEX pay_deliveries_dead ON pay_deliveries (received_at) WHERE state = 'dead';
CREATE INDEX pay_deliveries_received ON pay_deliveries (received_at, effect_key);

-- Everything that was observed of payments that share a name.
CREATE TABLE pay_payments (
    id         TEXT   NOT NULL PRIMARY KEY,
    document   TEXT   NOT NULL,
    version    BIGINT NOT NULL,
    changed_at BIGINT NOT NULL
);

-- References and provider ids.
CREATE TABLE pay_names (
    gateway TEXT NOT NULL,
    kind    TEXT NOT NULL CHECK (kind IN ('reference', 'provider')),
    name    TEXT NOT NULL,
    payment TEXT NOT NULL,
    PRIMARY KEY (gateway, kind, name)
);
CREATE INDEX pay_names_payment ON pay_names (payment);

-- The effects that were booked.
CREATE TABLE pay_effects (
    effect_key TEXT   NOT NULL PRIMARY KEY,
    applied_at BIGINT NOT NULL
);

-- Calls that move money, each recorded before its request leaves.
CREATE TABLE pay_intents (
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
CREATE INDEX pay_intents_due ON pay_intents (due_at) WHERE state IN ('sending', 'unknown');
CREATE INDEX pay_intents_staged ON pay_intents (due_at, reference) WHERE state = 'staged';
CREATE INDEX pay_intents_open ON pay_intents (state, ends_at) WHERE state NOT IN ('applied', 'not_applied');
CREATE INDEX pay_intents_reference ON pay_intents (gateway, reference);

-- What a person has to look at, each once.
CREATE TABLE pay_findings (
    kind     TEXT   NOT NULL,
    subject  TEXT   NOT NULL,
    gateway  TEXT   NOT NULL,
    detail   TEXT   NOT NULL,
    found_at BIGINT NOT NULL,
    PRIMARY KEY (gateway, kind, subject)
);

-- Changes of payments for a connector such as Debezium, in its default columns.
CREATE TABLE pay_outbox (
    id            TEXT NOT NULL PRIMARY KEY,
    aggregatetype TEXT NOT NULL,
    aggregateid   TEXT NOT NULL,
    type          TEXT NOT NULL,
    payload       TEXT NOT NULL
);
