-- The keys that wrapped, their copies; what was erased, what a court keeps, what is due to go.

-- a key-encryption key by its name (8 hex digits that say nothing of it)
CREATE TABLE keks (
    kek TEXT PRIMARY KEY,
    since TEXT NOT NULL,                   -- it wraps from then on
    gone_at TEXT                           -- rotated away, and its file destroyed
);

-- copies of a key: sheets on paper, files under a passphrase
CREATE TABLE kek_copies (
    id INTEGER PRIMARY KEY,
    kek TEXT NOT NULL,
    form TEXT NOT NULL,                    -- sheet | sealed
    made_at TEXT NOT NULL,
    confirmed_at TEXT,                     -- it was read back and is the key
    gone_at TEXT                           -- a person said that it was destroyed
);

-- copies of what the store holds, outside of it
CREATE TABLE outside_copies (
    id INTEGER PRIMARY KEY,
    what TEXT NOT NULL,                    -- backup | openings
    place TEXT NOT NULL,                   -- the file, as it was named
    kek TEXT NOT NULL,                     -- wrapped by then
    made_at TEXT NOT NULL,
    gone_at TEXT,
    gone_how TEXT                          -- pruned | said
);

-- records that are erased: no key, no value; `stop`: its key must not come in again
CREATE TABLE erased (
    pseudonym TEXT PRIMARY KEY,
    at TEXT NOT NULL,
    rule TEXT NOT NULL,                    -- by_hand | by_order | keep | override
    kek TEXT NOT NULL,                     -- the key that wrapped its key
    stop BLOB,                             -- a keyed hash of its key, where by order
    unrecoverable_at TEXT
);
CREATE INDEX erased_stop ON erased (stop) WHERE stop IS NOT NULL;
CREATE INDEX erased_recoverable ON erased (kek) WHERE unrecoverable_at IS NULL;

-- what the erased deliveries counted for: the recount still gives the counters' numbers
CREATE TABLE erased_counts (
    destination TEXT NOT NULL,
    term TEXT NOT NULL,                    -- a term, or attempts
    n INTEGER NOT NULL,
    PRIMARY KEY (destination, term)
);

-- a court's hold: erasing and pruning are refused while it stands
CREATE TABLE court_holds (
    record INTEGER PRIMARY KEY REFERENCES records (id) ON DELETE CASCADE,
    until TEXT NOT NULL,                   -- the last day
    at TEXT NOT NULL
);

-- records whose time here is over, and what is decided of each
CREATE TABLE due_to_go (
    record INTEGER PRIMARY KEY REFERENCES records (id) ON DELETE CASCADE,
    state TEXT NOT NULL,                   -- asked | kept
    until TEXT,                            -- kept: asked again after this day
    found_on TEXT NOT NULL                 -- the day that found it: one decision a batch
);

-- looked for by every erasure: a foreign key without an index reads its whole table
CREATE INDEX record_marks_record ON record_marks (record);
CREATE INDEX record_links_lead ON record_links (lead);
CREATE INDEX recovered_delivery ON recovered (delivery);
CREATE INDEX rejects_lookup ON rejects (lookup) WHERE lookup IS NOT NULL;
