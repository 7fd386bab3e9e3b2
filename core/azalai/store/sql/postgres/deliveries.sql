-- lock_destination --
-- rate and breaker are read to be changed: one node after the other
INSERT INTO destination_state (destination) VALUES (:destination)
ON CONFLICT (destination) DO UPDATE SET destination = excluded.destination;
-- standing --
-- as for SQLite; nobody changes them before this transaction ends
SELECT d.id, fence, state, EXISTS (SELECT 1 FROM deliveries o WHERE o.record = d.record
    AND o.destination = d.destination AND o.state = 'waiting')
FROM deliveries d WHERE d.id IN (SELECT CAST(value AS BIGINT) FROM json_each(:ids)) FOR UPDATE OF d;
-- delivered_all --
UPDATE deliveries SET state = 'delivered', due_at = NULL, rank = NULL, last_reason = NULL,
    ended_at = :now, lease_until = NULL, receipt = decode(one.value ->> 1, 'hex')
FROM json_array_elements(CAST(:told AS json)) AS one (value)
WHERE deliveries.id = CAST(one.value ->> 0 AS BIGINT);
