-- find --
-- a record by the HMAC of its key
SELECT id, pseudonym, wrapped_key, sealed_key, feed, kind, head, in_force, lock, missed
FROM records WHERE lookup = :lookup;
-- by_pseudonym --
SELECT id, pseudonym, wrapped_key, sealed_key, feed, kind, head, in_force, lock, missed
FROM records WHERE pseudonym = :pseudonym;
-- by_id --
SELECT id, pseudonym, wrapped_key, sealed_key, feed, kind, head, in_force, lock, missed
FROM records WHERE id = :id;
-- by_ids --
SELECT id, pseudonym, wrapped_key, sealed_key, feed, kind, head, in_force, lock, missed
FROM records WHERE id IN (SELECT CAST(value AS BIGINT) FROM json_each(:ids));
-- find_all --
SELECT id, pseudonym, wrapped_key, sealed_key, feed, kind, head, in_force, lock, missed, lookup
FROM records WHERE lookup IN (SELECT unhex(value) FROM json_each(:lookups));
-- add --
INSERT INTO records (pseudonym, lookup, wrapped_key, sealed_key, feed, kind)
VALUES (?, ?, ?, ?, ?, ?);
-- all --
SELECT id, pseudonym, wrapped_key, sealed_key, feed, kind, head, in_force, lock, missed
FROM records ORDER BY id;
-- head_version --
SELECT number, operation, digest, payload, as_of, reason, run FROM versions
WHERE record = :record AND number = :number;
-- newest_in_run --
-- a key that stands twice in one file is compared with what the run itself said last
SELECT number, operation, digest, payload, as_of, reason, run FROM versions
WHERE record = :record AND run = :run ORDER BY number DESC LIMIT 1;
-- made_since --
-- versions that may be newer than a raw record of this run, newest first
SELECT number, operation, digest, payload, as_of, reason, run,
    coalesce((SELECT state FROM runs WHERE runs.id = versions.run), 'by_hand'), made_at
FROM versions WHERE record = :record AND (run IS NULL OR run >= :run) ORDER BY number DESC;
-- last_number --
SELECT coalesce(max(number), 0) FROM versions WHERE record = :record;
-- add_version --
INSERT INTO versions (record, number, run, operation, digest, payload, as_of, reason, made_at)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?);
-- last_numbers --
SELECT record, max(number) FROM versions
WHERE record IN (SELECT CAST(value AS BIGINT) FROM json_each(:records)) GROUP BY record;
-- heads_in_run --
-- what each record says now, as a run sees it: its own last word, else the head
SELECT v.record, v.number, v.operation, v.digest, v.payload, v.as_of, v.reason, v.run
FROM records r JOIN versions v ON v.record = r.id AND v.number = coalesce(
    (SELECT max(number) FROM versions WHERE record = r.id AND run = :run), r.head)
WHERE r.id IN (SELECT CAST(value AS BIGINT) FROM json_each(:records));
-- versions --
SELECT number, operation, as_of, reason, run, made_at FROM versions WHERE record = :record
ORDER BY number;
-- set_head --
UPDATE records SET head = :head, in_force = :in_force WHERE id = :id;
-- accept_run --
-- the newest version of each record that the run made becomes its head
UPDATE records SET (head, in_force) = (
    SELECT number, CASE operation WHEN 'assert' THEN 1 ELSE 0 END FROM versions
    WHERE record = records.id AND run = :run ORDER BY number DESC LIMIT 1)
WHERE id IN (SELECT record FROM versions WHERE run = :run)
AND head < (SELECT max(number) FROM versions WHERE record = records.id AND run = :run);
-- lift_warrant --
INSERT INTO lifted_warrants (record, lookup, reason, at) VALUES (:record, :lookup, :reason, :at)
ON CONFLICT (record, lookup) DO NOTHING;
-- lock --
UPDATE records SET lock = :lock WHERE id = :id;
-- all_lifted_warrants --
SELECT record, lookup, reason FROM lifted_warrants
WHERE record IN (SELECT CAST(value AS BIGINT) FROM json_each(:records));
-- see --
INSERT INTO seen (run, record) VALUES (?, ?) ON CONFLICT (run, record) DO NOTHING;
-- forget_seen --
DELETE FROM seen WHERE run = :run;
-- reset_missed --
UPDATE records SET missed = 0 WHERE missed > 0 AND id IN (SELECT record FROM seen WHERE run = :run);
-- add_missed --
UPDATE records SET missed = missed + 1 WHERE feed = :feed AND in_force = 1
AND id NOT IN (SELECT record FROM seen WHERE run = :run)
AND kind IN (SELECT value FROM json_each(:kinds));
-- vanished --
-- in force, not in this file, and missing often enough counting it
SELECT id, pseudonym, wrapped_key, sealed_key, feed, kind, head, in_force, lock, missed
FROM records WHERE feed = :feed AND in_force = 1 AND missed + 1 >= :after AND id > :past
AND id NOT IN (SELECT record FROM seen WHERE run = :run)
AND kind IN (SELECT value FROM json_each(:kinds)) ORDER BY id LIMIT 500;
-- unlock_dropped --
-- a lock ends when the source itself has dropped the record
UPDATE records SET lock = NULL WHERE feed = :feed AND lock IS NOT NULL
AND id NOT IN (SELECT record FROM seen WHERE run = :run);
-- twice_in_run --
-- keys under which one file says two different things, and the first of each
SELECT record, min(number), max(number), count(*) OVER () FROM versions WHERE run = :run
GROUP BY record HAVING count(*) > 1 ORDER BY record LIMIT 3;
-- count_in_force --
SELECT count(*) FROM records WHERE feed = :feed AND in_force = 1;
