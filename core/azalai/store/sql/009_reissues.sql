-- what is sent again in new bytes: one row an act, made by and by

CREATE TABLE reissues (
    id INTEGER PRIMARY KEY,
    destination TEXT NOT NULL,
    request INTEGER NOT NULL REFERENCES requests (id),
    lost INTEGER NOT NULL,                 -- 1: they lost it, so it is made anew
    state TEXT NOT NULL,                   -- going | paused | ended
    past INTEGER NOT NULL DEFAULT 0,       -- the last delivery that was looked at
    last INTEGER NOT NULL,                 -- the last that is of it
    kind TEXT,
    feed TEXT,
    since TEXT,
    until TEXT,
    made INTEGER NOT NULL DEFAULT 0,
    left_out INTEGER NOT NULL DEFAULT 0,
    at TEXT NOT NULL
);
