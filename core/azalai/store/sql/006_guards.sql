-- What guards a node: figures over time, what an unclean stop left, what a restored copy must ask.

-- free disk and delivered counts, one row a slot of time: for forecasts
CREATE TABLE samples (
    node TEXT NOT NULL,
    subject TEXT NOT NULL,
    slot TEXT NOT NULL,
    n BIGINT NOT NULL,
    PRIMARY KEY (node, subject, slot)
);

-- one row an unclean stop: the last sign of life, the start after it, the batches read again
CREATE TABLE recoveries (
    started_at TEXT PRIMARY KEY,
    stopped_at TEXT NOT NULL,
    batches TEXT NOT NULL,                 -- JSON: [[feed, number of the batch]]
    told INTEGER NOT NULL DEFAULT 0        -- 1: its end was logged
);
CREATE TABLE recovered (
    started_at TEXT NOT NULL REFERENCES recoveries (started_at),
    delivery INTEGER NOT NULL REFERENCES deliveries (id),
    attempts INTEGER NOT NULL,
    PRIMARY KEY (started_at, delivery)
);

-- deliveries that a restored copy holds as open, and that may have been sent since it was made
CREATE TABLE restored (
    delivery INTEGER PRIMARY KEY REFERENCES deliveries (id),
    asked INTEGER NOT NULL DEFAULT 0       -- 1: put to the destination, or to a person
);
