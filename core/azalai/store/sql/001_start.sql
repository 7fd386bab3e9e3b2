-- The first schema. No column holds readable personal data: what is sealed is a BLOB under the
-- record's own key; a pseudonym is 128 random bits; every other text is a code of ours.

CREATE TABLE meta (name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;

-- one row a fiche: found by HMAC of its key, named by its pseudonym
CREATE TABLE records (
    id INTEGER PRIMARY KEY,
    pseudonym TEXT NOT NULL UNIQUE,
    lookup BLOB NOT NULL UNIQUE,           -- HMAC-SHA-256 of the record key under the index key
    wrapped_key BLOB NOT NULL,             -- the record's data key under the key-encryption key
    sealed_key BLOB NOT NULL,              -- the record key itself
    feed TEXT NOT NULL,
    kind TEXT NOT NULL,
    head INTEGER NOT NULL DEFAULT 0,       -- newest version of an accepted run, 0: none yet
    in_force INTEGER NOT NULL DEFAULT 0,   -- 1: the head asserts the record
    lock TEXT,                             -- lifted by hand: later files do not bring it back
    missed INTEGER NOT NULL DEFAULT 0      -- accepted files in a row that lacked it
);
CREATE INDEX records_in_force ON records (feed) WHERE in_force = 1;

CREATE TABLE runs (
    id INTEGER PRIMARY KEY,
    feed TEXT NOT NULL,
    input_digest TEXT NOT NULL,
    state TEXT NOT NULL,                   -- reading | accepted | held | discarded
    consumed INTEGER NOT NULL DEFAULT 0,   -- raw records whose disposition is committed
    mapping TEXT NOT NULL,
    counts TEXT NOT NULL DEFAULT '{}',
    findings TEXT NOT NULL DEFAULT '[]',   -- what holds it: codes and sentences, no values
    opened_at TEXT NOT NULL,
    ended_at TEXT
);
CREATE INDEX runs_feed ON runs (feed, id);

CREATE TABLE versions (
    record INTEGER NOT NULL REFERENCES records (id),
    number INTEGER NOT NULL,
    run INTEGER REFERENCES runs (id),      -- NULL: made by hand
    operation TEXT NOT NULL,               -- assert | withdraw
    digest BLOB NOT NULL,                  -- HMAC of the meaning under the record's key
    payload BLOB NOT NULL,                 -- the sealed common record
    as_of TEXT,
    reason TEXT,                           -- of a withdrawal, a code
    made_at TEXT NOT NULL,
    PRIMARY KEY (record, number)
) WITHOUT ROWID;
CREATE INDEX versions_run ON versions (run);

-- which records a run has seen, until the run is settled
CREATE TABLE seen (
    run INTEGER NOT NULL, record INTEGER NOT NULL, PRIMARY KEY (run, record)
) WITHOUT ROWID;

-- raw records that gave no common record: rejected, parked, unreadable
CREATE TABLE rejects (
    id INTEGER PRIMARY KEY,
    run INTEGER NOT NULL REFERENCES runs (id),
    disposition TEXT NOT NULL,
    number INTEGER NOT NULL, line INTEGER, byte_offset INTEGER, part TEXT,
    code TEXT NOT NULL, field TEXT NOT NULL, source_column TEXT NOT NULL, rule TEXT NOT NULL,
    what TEXT NOT NULL, todo TEXT NOT NULL, -- JSON {"fr":…,"en":…}
    code_list TEXT,
    lookup BLOB,                           -- HMAC of the record key, where one could be made
    value_lookup BLOB,                     -- HMAC of a parked value: the same code, the same bytes
    wrapped_key BLOB NOT NULL,
    sealed BLOB NOT NULL                   -- the raw record, for rerun and `reject show`
);
CREATE INDEX rejects_run ON rejects (run);

-- one row a decision: what one version owes one destination, or why not
CREATE TABLE deliveries (
    id INTEGER PRIMARY KEY,
    record INTEGER NOT NULL REFERENCES records (id),
    version INTEGER NOT NULL,
    destination TEXT NOT NULL,
    run INTEGER,
    operation TEXT NOT NULL,               -- create | update | cancel; of the version if withheld
    state TEXT NOT NULL,
    idempotency_key TEXT UNIQUE,
    body BLOB,                             -- the sealed message; NULL where nothing is owed
    commitment TEXT,                       -- HMAC of the exact bytes, under the commitment key
    media_type TEXT,
    priority INTEGER NOT NULL DEFAULT 5,
    rule TEXT NOT NULL, basis TEXT NOT NULL, agreement TEXT NOT NULL,
    sentence TEXT NOT NULL,                -- JSON {"fr":…,"en":…}
    fields TEXT NOT NULL DEFAULT '[]',
    ask_by TEXT,                           -- one_person | two_people, where a person decides
    reason TEXT,                           -- of a cancel
    rules_digest TEXT NOT NULL, holds_until TEXT,
    due_at TEXT, rank INTEGER,
    attempts INTEGER NOT NULL DEFAULT 0,
    tried INTEGER NOT NULL DEFAULT 0,      -- an attempt began that may have arrived
    fence INTEGER NOT NULL DEFAULT 0, lease_until TEXT,
    first_sent_at TEXT, unknown_since TEXT,
    last_reason TEXT, last_detail BLOB,    -- the destination's code; its words, sealed
    receipt BLOB,                          -- sealed
    replaces INTEGER,
    refit INTEGER NOT NULL DEFAULT 0,      -- its operation no longer fits what the destination has
    made_at TEXT NOT NULL, ended_at TEXT
);
CREATE INDEX deliveries_due ON deliveries (destination, rank) WHERE state = 'due';
CREATE INDEX deliveries_chain ON deliveries (record, destination, id);
CREATE INDEX deliveries_state ON deliveries (destination, state);
CREATE INDEX deliveries_run ON deliveries (run);

-- counters change in the counted transaction: by these triggers for deliveries
CREATE TABLE counters (
    scope TEXT NOT NULL, name TEXT NOT NULL, term TEXT NOT NULL, n INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (scope, name, term)
) WITHOUT ROWID;

CREATE TABLE terms (state TEXT PRIMARY KEY, term TEXT NOT NULL) WITHOUT ROWID;
INSERT INTO terms VALUES
    ('staged','open'),('waiting','open'),('due','open'),('sending','open'),('awaiting','open'),
    ('deferred','open'),('unknown','open'),('held','held'),('delivered','delivered'),
    ('refused','refused'),('given_up','given_up'),('withdrawn','withdrawn'),
    ('withheld','withheld');

CREATE TRIGGER deliveries_counted AFTER INSERT ON deliveries BEGIN
    INSERT INTO counters VALUES ('destination', new.destination, 'decided', 1)
        ON CONFLICT DO UPDATE SET n = n + 1;
    INSERT INTO counters VALUES ('destination', new.destination,
        (SELECT term FROM terms WHERE state = new.state), 1) ON CONFLICT DO UPDATE SET n = n + 1;
    INSERT INTO counters SELECT 'destination', new.destination, 'owed', 1
        WHERE new.state <> 'withheld' ON CONFLICT DO UPDATE SET n = n + 1;
END;
CREATE TRIGGER deliveries_recounted AFTER UPDATE OF state ON deliveries
WHEN old.state <> new.state BEGIN
    UPDATE counters SET n = n - 1 WHERE scope = 'destination' AND name = new.destination
        AND term = (SELECT term FROM terms WHERE state = old.state);
    INSERT INTO counters VALUES ('destination', new.destination,
        (SELECT term FROM terms WHERE state = new.state), 1) ON CONFLICT DO UPDATE SET n = n + 1;
END;
CREATE TRIGGER attempts_counted AFTER UPDATE OF attempts ON deliveries
WHEN new.attempts > old.attempts BEGIN
    INSERT INTO counters VALUES ('destination', new.destination, 'attempts', 1)
        ON CONFLICT DO UPDATE SET n = n + 1;
END;

-- breaker, rate and holds of a destination: one row, shared by all workers
CREATE TABLE destination_state (
    destination TEXT PRIMARY KEY,
    breaker TEXT NOT NULL DEFAULT 'closed',  -- closed | open
    failures INTEGER NOT NULL DEFAULT 0,
    open_until TEXT,
    down_since TEXT,
    reason TEXT,
    refusals INTEGER NOT NULL DEFAULT 0,     -- the same refusal in a row
    refusal TEXT,
    allowance_at TEXT,                       -- rate: no claim before this instant
    held TEXT                                -- held by a person: the reason's code
) WITHOUT ROWID;

-- what a person wrote when acting: sealed, the ledger holds its commitment
CREATE TABLE notes (
    id INTEGER PRIMARY KEY, subject TEXT NOT NULL, at TEXT NOT NULL,
    wrapped_key BLOB NOT NULL, sealed BLOB NOT NULL
);
CREATE INDEX notes_subject ON notes (subject);

CREATE TABLE feed_state (feed TEXT PRIMARY KEY, held TEXT) WITHOUT ROWID;
-- destinations and agreements that a person has let start
CREATE TABLE started (subject TEXT PRIMARY KEY, at TEXT NOT NULL) WITHOUT ROWID;

CREATE TABLE ledger_head (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    size INTEGER NOT NULL, frontier BLOB NOT NULL, last_time TEXT, last_clock TEXT
);
CREATE TABLE ledger_entries (idx INTEGER PRIMARY KEY, data BLOB NOT NULL);
CREATE TABLE ledger_tiles (
    level INTEGER NOT NULL, number INTEGER NOT NULL, data BLOB NOT NULL,
    PRIMARY KEY (level, number)
) WITHOUT ROWID;
