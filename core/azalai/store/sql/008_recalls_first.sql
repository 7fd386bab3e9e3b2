-- Recalls that are due already go before all else, as those that become due from now on.
UPDATE deliveries SET rank = rank - 100000000000000
WHERE state = 'due' AND rank > 0 AND (operation = 'cancel' OR rule = 'azalai/correction');

-- what a person decided of what was sent by an agreement that has ended
CREATE TABLE ended_agreements (
    agreement TEXT PRIMARY KEY,            -- name@version
    how TEXT NOT NULL,                     -- recall | keep
    at TEXT NOT NULL
);
