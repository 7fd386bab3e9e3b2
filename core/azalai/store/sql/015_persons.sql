-- who stands in a version, as keyed hashes: a search by person opens only what may be meant

CREATE TABLE person_marks (
    record INTEGER NOT NULL REFERENCES records (id) ON DELETE CASCADE,
    version INTEGER NOT NULL,
    form INTEGER NOT NULL,                 -- how the marks were made; another: made anew
    marks BLOB NOT NULL,                   -- 8 bytes each, keyed hashes under the record's own key
    PRIMARY KEY (record, version)
) WITHOUT ROWID;

-- which version of which mapping made the message: the ledger says so of each sending
ALTER TABLE deliveries ADD COLUMN mapping TEXT;
