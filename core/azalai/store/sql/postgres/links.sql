-- carriers --
-- records with these marks that are in force, or may come into force
SELECT m.lookup, m.record FROM record_marks m JOIN records r ON r.id = m.record
WHERE m.lookup IN (SELECT decode(value, 'hex') FROM json_each(:lookups)) AND r.lock IS NULL
AND (r.in_force = 1 OR r.head = 0) ORDER BY m.record;
