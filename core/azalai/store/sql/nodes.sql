-- see --
INSERT INTO nodes (instance, node, work, version, started_at, seen, lease_until)
VALUES (:instance, :node, :work, :version, :at, unixepoch(), unixepoch() + :lease)
ON CONFLICT (instance) DO UPDATE SET seen = unixepoch(), lease_until = unixepoch() + :lease;
-- leave --
DELETE FROM nodes WHERE instance = :instance;
-- sweep --
-- who has not been seen for long
DELETE FROM nodes WHERE seen < unixepoch() - :after;
-- all --
SELECT node, work, version, started_at, unixepoch() - seen,
    CASE WHEN lease_until >= unixepoch() THEN 1 ELSE 0 END, instance FROM nodes ORDER BY node, instance;
-- feeds_of --
SELECT feed FROM feed_leases WHERE holder = :instance ORDER BY feed;
-- sending_of --
SELECT count(*) FROM deliveries WHERE state = 'sending' AND holder = :instance;
-- take_feed --
INSERT INTO feed_leases (feed, holder, lease_until) VALUES (:feed, :holder, unixepoch() + :lease)
ON CONFLICT (feed) DO UPDATE SET holder = :holder, lease_until = unixepoch() + :lease
WHERE feed_leases.holder = :holder OR feed_leases.lease_until < unixepoch();
-- renew_feeds --
-- only what has not run out: who slept past a lease has lost it
UPDATE feed_leases SET lease_until = unixepoch() + :lease
WHERE holder = :holder AND lease_until >= unixepoch();
-- free_feed --
DELETE FROM feed_leases WHERE feed = :feed AND holder = :holder;
-- free_feeds --
DELETE FROM feed_leases WHERE holder = :holder;
-- holds_feed --
SELECT 1 FROM feed_leases WHERE feed = :feed AND holder = :holder AND lease_until >= unixepoch();
-- left_feed --
SELECT 1 FROM feed_leases WHERE feed = :feed AND lease_until < unixepoch();
-- take_due --
INSERT INTO due_times (feed, due, holder) VALUES (:feed, :due, :holder)
ON CONFLICT (feed, due) DO NOTHING;
-- forget_due --
DELETE FROM due_times WHERE feed = :feed AND due < :due;
