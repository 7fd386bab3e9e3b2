-- sent --
-- the last that a destination took of each record in force
SELECT d.id FROM deliveries d JOIN records r ON r.id = d.record
WHERE d.destination = :destination AND d.operation <> 'cancel' AND d.state = 'delivered'
AND r.in_force = 1 AND r.lock IS NULL AND d.id > :past AND d.id <= :last
AND (:kind IS NULL OR r.kind = :kind) AND (:feed IS NULL OR r.feed = :feed)
AND (:since IS NULL OR d.ended_at >= :since) AND (:until IS NULL OR d.ended_at < :until)
AND NOT EXISTS (SELECT 1 FROM deliveries x WHERE x.record = d.record
    AND x.destination = d.destination AND x.id > d.id AND x.state = 'delivered')
ORDER BY d.id LIMIT 200;
-- newest --
SELECT coalesce(max(id), 0) FROM deliveries WHERE destination = :destination;
-- add --
INSERT INTO reissues (destination, request, lost, state, last, kind, feed, since, until, at)
VALUES (:destination, :request, :lost, 'going', :last, :kind, :feed, :since, :until, :at);
-- list --
SELECT id, destination, request, lost, state, past, last, kind, feed, since, until, made, left_out,
    at FROM reissues WHERE state <> 'ended' OR :every = 1 ORDER BY id;
-- progress --
UPDATE reissues SET past = :past, made = made + :made, left_out = left_out + :left_out,
    state = :state WHERE id = :id;
-- set_state --
UPDATE reissues SET state = :state WHERE id = :id AND state <> 'ended';
-- waiting --
-- what is made and has not left yet
SELECT count(*) FROM deliveries WHERE destination = :destination AND priority = :priority
AND state IN ('due', 'waiting', 'sending', 'deferred');
