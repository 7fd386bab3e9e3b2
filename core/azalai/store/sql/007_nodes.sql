-- Who works on this store: one row a process, alive while its lease lasts; what it has taken.

CREATE TABLE nodes (
    instance TEXT PRIMARY KEY,             -- node, process and a random end
    node TEXT NOT NULL,
    work TEXT NOT NULL,                    -- azalai daemon | azalai run
    version TEXT NOT NULL,
    started_at TEXT NOT NULL,
    seen INTEGER NOT NULL,                 -- seconds since 1970, by the clock of the store
    lease_until INTEGER NOT NULL
);

-- a feed that is being read: a row that has run out is of a process that died
CREATE TABLE feed_leases (
    feed TEXT PRIMARY KEY,
    holder TEXT NOT NULL,
    lease_until INTEGER NOT NULL
);

-- each due time of a feed once, whichever node comes first
CREATE TABLE due_times (
    feed TEXT NOT NULL,
    due INTEGER NOT NULL,
    holder TEXT NOT NULL,
    PRIMARY KEY (feed, due)
);

ALTER TABLE deliveries ADD COLUMN holder TEXT;
