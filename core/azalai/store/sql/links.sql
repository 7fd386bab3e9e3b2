-- carriers --
-- records with these marks that are in force, or may come into force
SELECT m.lookup, m.record FROM record_marks m JOIN records r ON r.id = m.record
WHERE m.lookup IN (SELECT unhex(value) FROM json_each(:lookups)) AND r.lock IS NULL
AND (r.in_force = 1 OR r.head = 0) ORDER BY m.record;
-- mark --
INSERT INTO record_marks (lookup, record) VALUES (?, ?) ON CONFLICT (lookup, record) DO NOTHING;
-- linked --
-- which of these records have links
SELECT earlier FROM record_links
WHERE earlier IN (SELECT CAST(value AS BIGINT) FROM json_each(:records))
UNION SELECT later FROM record_links
WHERE later IN (SELECT CAST(value AS BIGINT) FROM json_each(:records));
-- between --
SELECT earlier, later, state, lead, at FROM record_links
WHERE (earlier = :one AND later = :other) OR (earlier = :other AND later = :one);
-- of --
SELECT earlier, later, state, lead, at FROM record_links
WHERE earlier = :record OR later = :record ORDER BY at;
-- possible --
SELECT earlier, later, state, lead, at FROM record_links WHERE state = 'possible' ORDER BY at;
-- put --
INSERT INTO record_links (earlier, later, state, lead, at)
VALUES (:earlier, :later, :state, :lead, :at)
ON CONFLICT (earlier, later) DO UPDATE SET state = :state, lead = :lead;
-- told --
-- whether anything of a record was owed to anybody and not withdrawn
SELECT count(*) FROM deliveries WHERE record = :record
AND state NOT IN ('withheld', 'withdrawn');
-- kept_back --
-- what waits for a decision on a link
SELECT id FROM deliveries WHERE record = :record AND state IN ('staged', 'held')
AND last_reason IN ('possible_duplicate', 'linked_lifted') ORDER BY id;
-- unsent --
SELECT id FROM deliveries WHERE record = :record AND state IN ('due', 'waiting', 'deferred')
AND tried = 0 AND operation <> 'cancel' AND rule <> 'azalai/correction' ORDER BY id;
