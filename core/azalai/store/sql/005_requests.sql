-- what one person asked for and a second must agree to: bound to the hash of what would happen
CREATE TABLE requests (
    id INTEGER PRIMARY KEY,
    act TEXT NOT NULL,
    digest TEXT NOT NULL,                  -- SHA-256 of act, arguments, salt and what is touched
    wrapped_key BLOB NOT NULL,
    sealed BLOB NOT NULL,                  -- the arguments, and the salt of the digest
    state TEXT NOT NULL,                   -- open | used | refused | changed | expired | cancelled
    asked_by TEXT NOT NULL,                -- account
    asked_at TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    ended_by TEXT,                         -- account
    ended_at TEXT
);
CREATE INDEX requests_open ON requests (state, id);

-- accounts that were closed here: the configuration may still name them
CREATE TABLE closed_accounts (account TEXT PRIMARY KEY, at TEXT NOT NULL);

-- recalls that ended without the destination's word: never counted as confirmed
CREATE TABLE settled_recalls (
    delivery INTEGER PRIMARY KEY REFERENCES deliveries (id),
    how TEXT NOT NULL,                     -- attested | written_off
    request INTEGER NOT NULL REFERENCES requests (id),
    paper TEXT,                            -- SHA-256 of the partner's letter
    at TEXT NOT NULL
);

-- warrants lifted by hand out of a record that keeps others: later files do not bring them back
CREATE TABLE lifted_warrants (
    record INTEGER NOT NULL REFERENCES records (id),
    lookup BLOB NOT NULL,                  -- HMAC of the number under the index key
    reason TEXT NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (record, lookup)
);

-- what one act or thing is known by, and which records carry it: HMACs under the index key
CREATE TABLE record_marks (
    lookup BLOB NOT NULL,
    record INTEGER NOT NULL REFERENCES records (id),
    PRIMARY KEY (lookup, record)
);

-- two records that may be about one act
CREATE TABLE record_links (
    earlier INTEGER NOT NULL REFERENCES records (id),
    later INTEGER NOT NULL REFERENCES records (id),
    state TEXT NOT NULL,                   -- possible | same | different
    lead INTEGER REFERENCES records (id),  -- of two that are the same: the one that is sent
    at TEXT NOT NULL,
    PRIMARY KEY (earlier, later)
);
CREATE INDEX record_links_later ON record_links (later);
