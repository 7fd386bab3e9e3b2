-- sample --
INSERT INTO samples (node, subject, slot, n) VALUES (:node, :subject, :slot, :n)
ON CONFLICT (node, subject, slot) DO UPDATE SET n = excluded.n;
-- samples --
SELECT slot, n FROM samples WHERE node = :node AND subject = :subject ORDER BY slot;
-- forget_samples --
DELETE FROM samples WHERE node = :node AND subject = :subject AND slot < :slot;
-- metas --
SELECT name, value FROM meta WHERE name >= :first AND name < :last ORDER BY name;
-- drop_meta --
DELETE FROM meta WHERE name = :name;
-- recovery --
INSERT INTO recoveries (started_at, stopped_at, batches) VALUES (:started_at, :stopped_at, :batches)
ON CONFLICT (started_at) DO NOTHING;
-- recovered --
INSERT INTO recovered (started_at, delivery, attempts) VALUES (:started_at, :delivery, :attempts)
ON CONFLICT (started_at, delivery) DO NOTHING;
-- last_recovery --
SELECT started_at, stopped_at, batches, told FROM recoveries ORDER BY started_at DESC LIMIT 1;
-- recovered_now --
-- what has become of each delivery that was being sent when the runner died
SELECT d.state, d.attempts > r.attempts, count(*)
FROM recovered r JOIN deliveries d ON d.id = r.delivery WHERE r.started_at = :started_at
GROUP BY d.state, d.attempts > r.attempts;
-- told --
UPDATE recoveries SET told = 1 WHERE started_at = :started_at;
-- attempts --
SELECT attempts FROM deliveries WHERE id = :id;
-- restored --
-- what a restored copy holds as open may have been sent since the copy was made
INSERT INTO restored (delivery) SELECT id FROM deliveries
WHERE state IN ('staged', 'waiting', 'due', 'sending', 'deferred', 'unknown', 'held')
ON CONFLICT (delivery) DO NOTHING;
-- may_have_left --
-- counted from the copy: how long the destination remembers its key
UPDATE deliveries SET tried = 1, first_sent_at = coalesce(first_sent_at, :at)
WHERE id IN (SELECT delivery FROM restored);
-- restored_to_ask --
SELECT r.delivery FROM restored r JOIN deliveries d ON d.id = r.delivery
WHERE r.asked = 0 AND d.state IN ('due', 'sending', 'deferred') ORDER BY r.delivery LIMIT 500;
-- restored_asked --
UPDATE restored SET asked = 1 WHERE delivery = :delivery;
-- restored_left --
-- what has no answer: asked still, not asked yet, or given to a person
SELECT r.delivery, d.destination, d.state, p.pseudonym FROM restored r
JOIN deliveries d ON d.id = r.delivery JOIN records p ON p.id = d.record
WHERE d.state = 'unknown' OR (r.asked = 0 AND d.state IN ('due', 'sending', 'deferred'))
OR (d.state = 'held' AND r.asked = 1) ORDER BY r.delivery;
-- restored_over --
DELETE FROM restored;
-- fold --
-- nothing stays in the write-ahead log: the one file is the store
PRAGMA wal_checkpoint(TRUNCATE);
-- sizes --
-- bytes that each kind of value takes, before pages and indexes
SELECT 'versions', coalesce(sum(length(payload)), 0) FROM versions
UNION ALL SELECT 'messages', coalesce(sum(coalesce(length(b.body), length(d.body))), 0)
FROM deliveries d LEFT JOIN delivery_bodies b ON b.delivery = d.id
UNION ALL SELECT 'receipts', coalesce(sum(length(receipt)), 0) FROM deliveries
UNION ALL SELECT 'raws', coalesce(sum(length(sealed)), 0) FROM raws
UNION ALL SELECT 'rejects', coalesce(sum(length(sealed)), 0) FROM rejects
UNION ALL SELECT 'ledger', coalesce(sum(length(data)), 0) FROM ledger_entries
UNION ALL SELECT 'ledger_tiles', coalesce(sum(length(data)), 0) FROM ledger_tiles;
-- oldest_transaction --
-- one machine's readers show in the file's log instead
SELECT 0;
