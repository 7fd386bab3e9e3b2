-- add --
INSERT INTO requests (act, digest, wrapped_key, sealed, state, asked_by, asked_at, expires_at)
VALUES (:act, :digest, :wrapped, :sealed, 'open', :asked_by, :asked_at, :expires_at);
-- by_id --
SELECT id, act, digest, state, asked_by, asked_at, expires_at, ended_by, ended_at, wrapped_key,
    sealed FROM requests WHERE id = :id;
-- list --
SELECT id, act, digest, state, asked_by, asked_at, expires_at, ended_by, ended_at, wrapped_key,
    sealed FROM requests WHERE :every = 1 OR state = 'open' ORDER BY id;
-- end --
-- once: what has ended stays as it ended
UPDATE requests SET state = :state, ended_by = :by, ended_at = :at
WHERE id = :id AND state = 'open';
-- close_account --
INSERT INTO closed_accounts (account, at) VALUES (:account, :at) ON CONFLICT (account) DO NOTHING;
-- closed_accounts --
SELECT account FROM closed_accounts ORDER BY account;
