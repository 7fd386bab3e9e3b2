-- What the columns of a sample of known records held, to tell a renamed, swapped or reshaped
-- column by its values. No value can be read or guessed from it: HMACs under the record's key.

CREATE TABLE cells (
    record INTEGER NOT NULL REFERENCES records (id) ON DELETE CASCADE,
    run INTEGER NOT NULL REFERENCES runs (id),
    feed TEXT NOT NULL,
    marks BLOB NOT NULL,                   -- JSON: column → HMAC of the cell, of its sorted digits
    PRIMARY KEY (record, run)
) WITHOUT ROWID;
CREATE INDEX cells_feed ON cells (feed, run);

-- for each column, how many of the known records kept their value at the run's comparison
CREATE TABLE column_shares (
    run INTEGER PRIMARY KEY REFERENCES runs (id),
    feed TEXT NOT NULL,
    shares TEXT NOT NULL                   -- JSON: column → per mille
);
