-- what a destination was sent, numbered without a gap: the daily manifest that both sides compare

CREATE TABLE manifest_lines (
    destination TEXT NOT NULL,
    sequence INTEGER NOT NULL,             -- 1, 2, 3 …: of the destination
    day TEXT NOT NULL,                     -- of the manifest that names it, in the settings' zone
    delivery INTEGER NOT NULL,             -- may be gone: an erased record's
    sent_at TEXT NOT NULL,                 -- its first attempt
    operation TEXT NOT NULL,
    digest BLOB NOT NULL,                  -- HMAC-SHA-256 (idempotency key, exact bytes)
    PRIMARY KEY (destination, sequence)
) WITHOUT ROWID;
CREATE INDEX manifest_lines_delivery ON manifest_lines (delivery);
CREATE INDEX manifest_lines_digest ON manifest_lines (destination, digest);
CREATE INDEX manifest_lines_day ON manifest_lines (destination, day);
