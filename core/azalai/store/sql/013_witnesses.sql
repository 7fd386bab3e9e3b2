-- what witnesses cosigned of our log, what we cosigned of others', and what does not fit together

-- our checkpoints that witnesses are asked to cosign
CREATE TABLE ledger_seals (
    size INTEGER PRIMARY KEY,
    note BLOB NOT NULL,                    -- signed by the log's key
    at TEXT NOT NULL,
    kept INTEGER NOT NULL DEFAULT 0,       -- 1: in a request file, its answer may come late
    met INTEGER NOT NULL DEFAULT 0         -- 1: enough witnesses cosigned it
);
CREATE TABLE ledger_cosignatures (
    size INTEGER NOT NULL REFERENCES ledger_seals (size) ON DELETE CASCADE,
    witness TEXT NOT NULL,                 -- its key, as written in the configuration
    line TEXT NOT NULL,
    at TEXT NOT NULL,                      -- as the witness says
    PRIMARY KEY (size, witness)
);
-- what is known of each witness: how much of our log it holds, when it was asked, what it said
CREATE TABLE ledger_witnesses (
    witness TEXT PRIMARY KEY, size INTEGER NOT NULL, asked_at TEXT NOT NULL, answer TEXT NOT NULL
);
-- as a witness: what this node cosigned of each log, the latest last
CREATE TABLE witnessed (
    origin TEXT NOT NULL, size INTEGER NOT NULL, root BLOB NOT NULL,
    note BLOB NOT NULL,                    -- with its log's signature
    at TEXT NOT NULL,
    PRIMARY KEY (origin, size)
);
-- two views of one log: shown until a person has seen to it
CREATE TABLE ledger_views (
    id INTEGER PRIMARY KEY,
    at TEXT NOT NULL,
    kind TEXT NOT NULL,                    -- split_view | fork | rollback
    origin TEXT NOT NULL, size INTEGER NOT NULL, root TEXT NOT NULL,
    told_by TEXT NOT NULL,
    note BLOB NOT NULL,                    -- the other view, signed
    settled_at TEXT
);
CREATE UNIQUE INDEX ledger_views_once ON ledger_views (kind, origin, size, root);
-- 1 row where a prefix of the ledger was pruned: entries below it are gone, their hashes stay
CREATE TABLE ledger_pruned (
    one INTEGER PRIMARY KEY CHECK (one = 1), until INTEGER NOT NULL
);
