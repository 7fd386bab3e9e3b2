-- The raw record that each version was made of, for `mapping diff`: sealed under the record's own
-- key, compressed, gone with the record. Its age is that of the run that read it.

CREATE TABLE raws (
    record INTEGER NOT NULL REFERENCES records (id) ON DELETE CASCADE,
    version INTEGER NOT NULL,
    run INTEGER NOT NULL REFERENCES runs (id),
    sealed BLOB NOT NULL,                  -- address and values
    PRIMARY KEY (record, version, run)
) WITHOUT ROWID;
CREATE INDEX raws_run ON raws (run);
