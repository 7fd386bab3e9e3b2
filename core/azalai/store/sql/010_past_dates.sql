-- records whose expiry or review day has passed, and what is decided of each

CREATE TABLE past_dates (
    record INTEGER NOT NULL REFERENCES records (id) ON DELETE CASCADE,
    what TEXT NOT NULL,                    -- expired | review_overdue
    state TEXT NOT NULL,                   -- asked | kept | recalled
    until TEXT,                            -- kept: asked again after this day
    found_on TEXT NOT NULL,                -- the day that found it: one decision a batch
    PRIMARY KEY (record, what)
);
CREATE INDEX past_dates_state ON past_dates (what, state);
