-- states --
SELECT state FROM deliveries WHERE record = :record;
-- lookup --
SELECT lookup FROM records WHERE id = :record;
-- delivery_ids --
SELECT id FROM deliveries WHERE record = :record;
-- keep_counts --
INSERT INTO erased_counts (destination, term, n)
SELECT destination, term, count(*) FROM deliveries JOIN terms USING (state)
WHERE record = :record GROUP BY destination, term
ON CONFLICT (destination, term) DO UPDATE SET n = erased_counts.n + excluded.n;
-- keep_attempts --
INSERT INTO erased_counts (destination, term, n)
SELECT destination, 'attempts', sum(attempts) FROM deliveries
WHERE record = :record GROUP BY destination
ON CONFLICT (destination, term) DO UPDATE SET n = erased_counts.n + excluded.n;
-- recovered --
DELETE FROM recovered WHERE delivery IN (SELECT id FROM deliveries WHERE record = :record);
-- restored --
DELETE FROM restored WHERE delivery IN (SELECT id FROM deliveries WHERE record = :record);
-- settled_recalls --
DELETE FROM settled_recalls WHERE delivery IN (SELECT id FROM deliveries WHERE record = :record);
-- delivery_notes --
DELETE FROM notes WHERE subject IN (
    SELECT 'delivery/' || id FROM deliveries WHERE record = :record);
-- record_notes --
DELETE FROM notes WHERE subject = :subject;
-- rejects --
DELETE FROM rejects WHERE lookup = :lookup;
-- deliveries --
DELETE FROM deliveries WHERE record = :record;
-- raws --
DELETE FROM raws WHERE record = :record;
-- cells --
DELETE FROM cells WHERE record = :record;
-- seen --
DELETE FROM seen WHERE record = :record;
-- lifted_warrants --
DELETE FROM lifted_warrants WHERE record = :record;
-- record_marks --
DELETE FROM record_marks WHERE record = :record;
-- record_links --
DELETE FROM record_links WHERE earlier = :record OR later = :record;
-- past_dates --
DELETE FROM past_dates WHERE record = :record;
-- due_to_go --
DELETE FROM due_to_go WHERE record = :record;
-- court_holds --
DELETE FROM court_holds WHERE record = :record;
-- person_marks --
DELETE FROM person_marks WHERE record = :record;
-- versions --
DELETE FROM versions WHERE record = :record;
-- records --
DELETE FROM records WHERE id = :record;
-- blank_request --
UPDATE requests SET wrapped_key = :wrapped, sealed = :sealed WHERE id = :id;
-- put --
INSERT INTO erased (pseudonym, at, rule, kek, stop) VALUES (:pseudonym, :at, :rule, :kek, :stop)
ON CONFLICT (pseudonym) DO NOTHING;
-- get --
SELECT pseudonym, at, rule, kek, stop, unrecoverable_at FROM erased WHERE pseudonym = :pseudonym;
-- every --
SELECT pseudonym, at, rule, kek, stop, unrecoverable_at FROM erased ORDER BY at, pseudonym;
-- newly_unrecoverable --
-- erased while an earlier key wrapped, and that key is gone: some at a time
SELECT pseudonym FROM erased WHERE unrecoverable_at IS NULL AND kek <> :kek
AND NOT EXISTS (SELECT 1 FROM keks WHERE kek <> :kek AND gone_at IS NULL)
AND NOT EXISTS (SELECT 1 FROM kek_copies WHERE kek <> :kek AND gone_at IS NULL)
ORDER BY pseudonym LIMIT :most;
-- unrecoverable --
UPDATE erased SET unrecoverable_at = :at WHERE pseudonym = :pseudonym;
-- counts --
SELECT count(*), count(unrecoverable_at), count(stop) FROM erased;
-- stops --
SELECT stop FROM erased WHERE stop IN (SELECT unhex(value) FROM json_each(:stops));
-- hold --
INSERT INTO court_holds (record, until, at) VALUES (:record, :until, :at)
ON CONFLICT (record) DO UPDATE SET until = excluded.until, at = excluded.at;
-- end_hold --
DELETE FROM court_holds WHERE record = :record;
-- held --
SELECT until FROM court_holds WHERE record = :record AND until >= :today;
-- holds --
SELECT pseudonym, kind, until FROM court_holds JOIN records ON records.id = record
WHERE until >= :today ORDER BY until, pseudonym;
-- out_of_force --
-- no longer in force, the last word on it is old enough for the soonest clock of its kind
SELECT id, (SELECT max(made_at) FROM versions WHERE record = records.id) FROM records
WHERE in_force = 0 AND kind = :kind AND id > :past
AND (SELECT max(made_at) FROM versions WHERE record = records.id) < :before
ORDER BY id LIMIT 200;
-- old_rejects --
-- raw records that were not translated, but of runs that wait and of what a court keeps
DELETE FROM rejects WHERE id IN (
    SELECT rejects.id FROM rejects JOIN runs ON runs.id = rejects.run
    WHERE opened_at < :before AND runs.state IN ('accepted', 'discarded')
    AND (lookup IS NULL OR lookup NOT IN (SELECT lookup FROM records
        JOIN court_holds ON court_holds.record = records.id WHERE until >= :today))
    ORDER BY rejects.id LIMIT :most);
-- kinds --
SELECT DISTINCT kind FROM records WHERE in_force = 0 ORDER BY kind;
-- due --
SELECT state, until, found_on FROM due_to_go WHERE record = :record;
-- put_due --
INSERT INTO due_to_go (record, state, until, found_on) VALUES (:record, 'asked', NULL, :day)
ON CONFLICT (record) DO UPDATE SET state = 'asked', until = NULL, found_on = excluded.found_on;
-- keep_due --
UPDATE due_to_go SET state = 'kept', until = :until WHERE record = :record;
-- in_force_again --
DELETE FROM due_to_go WHERE record IN (SELECT id FROM records WHERE in_force = 1);
-- asked --
-- one line a batch: the day that found them, their kind, how many
SELECT found_on, kind, count(*) FROM due_to_go JOIN records ON records.id = record
WHERE state = 'asked' GROUP BY found_on, kind ORDER BY found_on, kind;
-- asked_ids --
SELECT record FROM due_to_go WHERE state = 'asked' AND record > :past ORDER BY record LIMIT 200;
