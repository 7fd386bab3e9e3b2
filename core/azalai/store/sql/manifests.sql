-- unnumbered --
-- what was first sent before an instant and has no number yet, in the order of sending
SELECT d.id, d.record, d.idempotency_key, d.first_sent_at FROM deliveries d
WHERE d.destination = :destination AND d.first_sent_at < :before
AND NOT EXISTS (SELECT 1 FROM manifest_lines l WHERE l.delivery = d.id)
ORDER BY d.first_sent_at, d.id LIMIT 500;
-- first_sent --
SELECT min(first_sent_at) FROM deliveries WHERE destination = :destination;
-- last --
SELECT coalesce(max(sequence), 0), max(day) FROM manifest_lines WHERE destination = :destination;
-- add --
INSERT INTO manifest_lines (destination, sequence, day, delivery, sent_at, operation, digest)
VALUES (:destination, :sequence, :day, :delivery, :sent_at, :operation, :digest);
-- of_day --
SELECT sequence, operation, digest FROM manifest_lines
WHERE destination = :destination AND day = :day ORDER BY sequence;
-- by_digest --
SELECT l.sequence, l.delivery, d.state, p.pseudonym FROM manifest_lines l
LEFT JOIN deliveries d ON d.id = l.delivery LEFT JOIN records p ON p.id = d.record
WHERE l.destination = :destination AND l.digest = :digest;
-- between --
SELECT l.sequence, l.delivery, d.state, p.pseudonym, l.sent_at, l.digest FROM manifest_lines l
LEFT JOIN deliveries d ON d.id = l.delivery LEFT JOIN records p ON p.id = d.record
WHERE l.destination = :destination AND l.day >= :first AND l.day <= :last ORDER BY l.sequence;
