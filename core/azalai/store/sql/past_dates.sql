-- newest_run --
SELECT id FROM runs WHERE state = 'accepted' ORDER BY id DESC LIMIT 1;
-- to_look_at --
-- records in force; with `run` those alone that a later run told of
SELECT id FROM records WHERE in_force = 1 AND lock IS NULL AND id > :past
AND (:run IS NULL OR id IN (SELECT record FROM versions WHERE run > :run))
ORDER BY id LIMIT 200;
-- of --
SELECT record, what, state, until, found_on FROM past_dates
WHERE record IN (SELECT CAST(value AS BIGINT) FROM json_each(:records));
-- put --
INSERT INTO past_dates (record, what, state, until, found_on)
VALUES (:record, :what, :state, NULL, :day)
ON CONFLICT (record, what) DO UPDATE SET state = :state, until = NULL, found_on = :day;
-- forget --
DELETE FROM past_dates WHERE record = :record AND what = :what;
-- asked --
SELECT p.what, p.found_on, r.kind, count(*) FROM past_dates p JOIN records r ON r.id = p.record
WHERE p.state = 'asked' AND r.in_force = 1 AND r.lock IS NULL
GROUP BY p.what, p.found_on, r.kind ORDER BY p.what, p.found_on, r.kind;
-- to_decide --
SELECT p.record FROM past_dates p JOIN records r ON r.id = p.record
WHERE p.what = :what AND p.state = 'asked' AND r.in_force = 1 AND r.lock IS NULL
ORDER BY p.record LIMIT 200;
-- decide --
UPDATE past_dates SET state = :state, until = :until WHERE record = :record AND what = :what;
