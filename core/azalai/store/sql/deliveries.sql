-- add --
INSERT INTO deliveries (record, version, destination, run, operation, state, idempotency_key,
    commitment, media_type, priority, rule, basis, agreement, sentence, fields, ask_by, reason,
    rules_digest, holds_until, last_reason, replaces, made_at, ended_at, mapping)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?);
-- add_body --
INSERT INTO delivery_bodies (delivery, body) VALUES (?, ?);
-- by_id --
SELECT d.id, record, version, destination, run, operation, state, idempotency_key, media_type,
    priority, rule, basis, agreement, sentence, fields, ask_by, reason, rules_digest, holds_until,
    due_at, attempts, tried, fence, lease_until, first_sent_at, unknown_since, last_reason,
    commitment, replaces, made_at, ended_at, pseudonym, kind, mapping
FROM deliveries d JOIN records r ON r.id = d.record WHERE d.id = :id;
-- list --
SELECT d.id, record, version, destination, run, operation, state, idempotency_key, media_type,
    priority, rule, basis, agreement, sentence, fields, ask_by, reason, rules_digest, holds_until,
    due_at, attempts, tried, fence, lease_until, first_sent_at, unknown_since, last_reason,
    commitment, replaces, made_at, ended_at, pseudonym, kind, mapping
FROM deliveries d JOIN records r ON r.id = d.record
WHERE (:destination IS NULL OR destination = :destination) AND (:state IS NULL OR state = :state)
    AND (:record IS NULL OR record = :record)
ORDER BY d.id LIMIT :most;
-- chain --
SELECT id, version, operation, state, tried, receipt IS NOT NULL FROM deliveries
WHERE record = :record AND destination = :destination ORDER BY version, id;
-- destinations_of --
SELECT DISTINCT destination FROM deliveries WHERE record = :record ORDER BY destination;
-- chains --
-- the chains of many records, each in its order
SELECT record, destination, id, version, operation, state, tried, receipt IS NOT NULL
FROM deliveries WHERE record IN (SELECT CAST(value AS BIGINT) FROM json_each(:records))
ORDER BY version, id;
-- activate_alone --
-- what comes into force and has nothing before or after it in its chain, asks nobody and takes
-- nothing away: due at once
UPDATE deliveries SET state = 'due', due_at = :at, rank = :now_ms + priority * :step_ms,
    last_reason = NULL, ended_at = NULL, lease_until = NULL
WHERE run = :run AND state = 'staged' AND operation = 'create' AND ask_by IS NULL
AND rule <> 'azalai/correction' AND NOT EXISTS (SELECT 1 FROM deliveries o
    WHERE o.record = deliveries.record AND o.destination = deliveries.destination
    AND o.id <> deliveries.id AND o.state <> 'withheld');
-- claim --
-- the most urgent of what is due, by one index; what the rules in force did not decide waits;
-- recalls have a rank below 0
-- locks d: what another node claims at this moment is passed over, not waited for
SELECT d.id, record, version, destination, run, operation, state, idempotency_key, media_type,
    priority, rule, basis, agreement, sentence, fields, ask_by, reason, rules_digest, holds_until,
    due_at, attempts, tried, fence, lease_until, first_sent_at, unknown_since, last_reason,
    commitment, replaces, made_at, ended_at, pseudonym, kind, mapping,
    coalesce((SELECT length(b.body) FROM delivery_bodies b WHERE b.delivery = d.id), length(body))
FROM deliveries d JOIN records r ON r.id = d.record
WHERE destination = :destination AND state = 'due' AND due_at <= :now
AND refit = 0 AND rank < :below
AND (:digest IS NULL OR operation = 'cancel' OR rule = 'azalai/correction' OR tried = 1
    OR (rules_digest = :digest AND (holds_until IS NULL OR holds_until > :now)))
ORDER BY rank LIMIT :most;
-- take_all --
-- a claim is a lease with a fence
UPDATE deliveries SET state = 'sending', fence = fence + 1, lease_until = :lease, tried = 1,
    attempts = attempts + 1, first_sent_at = coalesce(first_sent_at, :now),
    holder = :holder WHERE id IN (SELECT CAST(value AS BIGINT) FROM json_each(:ids));
-- bodies --
SELECT d.id, coalesce(b.body, d.body)
FROM deliveries d LEFT JOIN delivery_bodies b ON b.delivery = d.id
WHERE d.id IN (SELECT CAST(value AS BIGINT) FROM json_each(:ids));
-- standing --
-- what became of deliveries that were sent, and whether something waits behind
SELECT d.id, fence, state, EXISTS (SELECT 1 FROM deliveries o WHERE o.record = d.record
    AND o.destination = d.destination AND o.state = 'waiting')
FROM deliveries d WHERE d.id IN (SELECT CAST(value AS BIGINT) FROM json_each(:ids));
-- delivered_all --
UPDATE deliveries SET state = 'delivered', due_at = NULL, rank = NULL, last_reason = NULL,
    ended_at = :now, lease_until = NULL, receipt = unhex(one.value ->> 1)
FROM json_each(:told) AS one WHERE deliveries.id = CAST(one.value ->> 0 AS BIGINT);
-- body --
SELECT coalesce(b.body, d.body)
FROM deliveries d LEFT JOIN delivery_bodies b ON b.delivery = d.id WHERE d.id = :id;
-- set_state --
UPDATE deliveries SET state = :state, due_at = :due_at, rank = :rank, last_reason = :reason,
    ended_at = :ended_at, lease_until = NULL WHERE id = :id;
-- set_unknown --
UPDATE deliveries SET state = 'unknown', last_reason = :reason, due_at = :due_at,
    unknown_since = coalesce(unknown_since, :now), lease_until = NULL WHERE id = :id;
-- untry --
-- it is proven that nothing arrived: of this attempt, and of none before
UPDATE deliveries SET tried = 0, unknown_since = NULL WHERE id = :id;
-- left_nothing --
-- this attempt left nothing; an earlier one that is unknown, or has its receipt, did or may have
UPDATE deliveries SET tried = 0 WHERE id = :id AND unknown_since IS NULL AND receipt IS NULL;
-- spare --
UPDATE deliveries SET spared = spared + 1 WHERE id = :id;
-- consumed --
SELECT attempts - spared FROM deliveries WHERE id = :id;
-- count_from_now --
-- a person sends it again: how long the destination remembers counts from the next attempt
UPDATE deliveries SET first_sent_at = NULL WHERE id = :id;
-- receipt --
UPDATE deliveries SET receipt = :receipt WHERE id = :id;
-- detail --
UPDATE deliveries SET last_detail = :detail WHERE id = :id;
-- confirm_decision --
UPDATE deliveries SET rules_digest = :digest, holds_until = :until WHERE id = :id;
-- wake --
-- deferred until now
SELECT id FROM deliveries WHERE destination = :destination AND state = 'deferred' AND due_at <= :now
ORDER BY id LIMIT 500;
-- to_ask --
SELECT id FROM deliveries WHERE destination = :destination AND state = 'unknown' AND due_at <= :now
ORDER BY id LIMIT :most;
-- overdue --
-- handed over, and no receipt in time; told once
SELECT id FROM deliveries WHERE destination = :destination AND state = 'awaiting'
AND due_at <= :now AND last_reason = :reason ORDER BY id LIMIT 500;
-- behind_another --
-- records of which something waits for an earlier delivery
SELECT DISTINCT record FROM deliveries WHERE destination = :destination AND state = 'waiting'
AND record > :past ORDER BY record LIMIT 200;
-- late_receipts --
SELECT destination, count(*) FROM deliveries WHERE state = 'awaiting' AND last_reason = :reason
GROUP BY destination ORDER BY destination;
-- abandoned --
-- an earlier runner died while it sent these; by the known destinations, so that an index serves
-- its lease is over, or it was of a process that shows no sign of life; `mine`: of this one
WITH RECURSIVE known (name) AS (SELECT min(destination) FROM deliveries UNION ALL
    SELECT (SELECT min(destination) FROM deliveries WHERE destination > name) FROM known
    WHERE name IS NOT NULL)
SELECT id FROM deliveries WHERE state = 'sending' AND destination IN (SELECT name FROM known) AND (:all = 1 OR lease_until < :now
    OR holder = :mine OR (holder IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM nodes WHERE instance = holder AND lease_until >= unixepoch())))
ORDER BY id;
-- to_decide_again --
SELECT id FROM deliveries WHERE destination = :destination AND state IN ('due', 'waiting')
AND operation <> 'cancel' AND rule <> 'azalai/correction' AND tried = 0
AND (rules_digest <> :digest OR (holds_until IS NOT NULL AND holds_until <= :now))
ORDER BY id LIMIT 200;
-- misfits --
-- untried deliveries whose operation no longer fits what the destination has
SELECT id FROM deliveries WHERE destination = :destination AND refit = 1
AND state IN ('due', 'waiting') ORDER BY id LIMIT 200;
-- set_refit --
UPDATE deliveries SET refit = :refit WHERE id = :id;
-- moving --
-- not what a pause or a closed window keeps: only recalls leave then
SELECT count(*) FROM deliveries WHERE state IN ('sending', 'awaiting', 'unknown')
OR (state IN ('due', 'deferred') AND (operation = 'cancel' OR rule = 'azalai/correction'
    OR destination NOT IN (SELECT value FROM json_each(:paused))))
OR (state = 'staged' AND run NOT IN (SELECT id FROM runs WHERE state = 'held'));
-- never_decided --
SELECT count(*) FROM records WHERE in_force = 1 AND lock IS NULL
AND id NOT IN (SELECT record FROM deliveries WHERE destination = :destination);
-- owable --
-- in force, and the last decision for this destination was no, or there is none; or it was taken
-- back from there only because sharing had ended
SELECT id FROM records WHERE in_force = 1 AND lock IS NULL AND id > :past
AND coalesce((SELECT CASE WHEN operation = 'cancel' AND reason = 'sharing_ended'
        AND state IN ('delivered', 'withdrawn') THEN 'withheld' ELSE state END
    FROM deliveries WHERE record = records.id
    AND destination = :destination ORDER BY id DESC LIMIT 1), 'withheld') = 'withheld'
ORDER BY id LIMIT 200;
-- passed_on_before --
-- what a hub has by a message that was made before an instant
SELECT count(*) FROM deliveries d JOIN (SELECT max(id) AS id FROM deliveries
    WHERE destination = :destination AND state = 'delivered' GROUP BY record) last ON last.id = d.id
WHERE d.operation <> 'cancel' AND d.made_at < :at;
-- of_run --
SELECT destination, operation, rule, state, count(*),
    coalesce(sum(coalesce(length(b.body), length(d.body))), 0)
FROM deliveries d LEFT JOIN delivery_bodies b ON b.delivery = d.id
WHERE run = :run GROUP BY destination, operation, rule, state
ORDER BY destination, state, rule;
-- waits --
-- what waits at a destination: how many, and since when
SELECT count(*), min(made_at) FROM deliveries WHERE destination = :destination
AND state IN ('waiting', 'due', 'deferred');
-- recalls_open --
-- one that was confirmed once stays so when a person repeats it
SELECT d.id, d.destination, r.pseudonym, d.state, d.reason, d.made_at
FROM deliveries d JOIN records r ON r.id = d.record
WHERE operation = 'cancel' AND state NOT IN ('delivered', 'withdrawn') AND receipt IS NULL
AND d.id NOT IN (SELECT delivery FROM settled_recalls) ORDER BY d.id;
-- recalls_settled --
-- ended without the destination's word
SELECT d.id, d.destination, r.pseudonym, s.how, d.reason, d.made_at, s.at
FROM settled_recalls s JOIN deliveries d ON d.id = s.delivery JOIN records r ON r.id = d.record
ORDER BY d.id;
-- recalls_of --
SELECT id FROM deliveries WHERE record = :record AND destination = :destination
AND operation = 'cancel' AND state NOT IN ('staged', 'delivered', 'withdrawn')
AND receipt IS NULL AND id NOT IN (SELECT delivery FROM settled_recalls) ORDER BY id;
-- settle_recall --
INSERT INTO settled_recalls (delivery, how, request, paper, at)
VALUES (:delivery, :how, :request, :paper, :at);
-- unsettle_recall --
-- a person sends it again: it is open again
DELETE FROM settled_recalls WHERE delivery = :delivery;
-- settled_at --
-- how a record's last recall at a destination was settled
SELECT how FROM settled_recalls WHERE delivery = (SELECT max(id) FROM deliveries
    WHERE record = :record AND destination = :destination AND operation = 'cancel');
-- destination --
SELECT breaker, failures, open_until, down_since, reason, refusals, refusal, allowance_at, held
FROM destination_state WHERE destination = :destination;
-- set_destination --
INSERT INTO destination_state (destination, breaker, failures, open_until, down_since, reason,
    refusals, refusal, allowance_at, held)
VALUES (:destination, :breaker, :failures, :open_until, :down_since, :reason, :refusals, :refusal,
    :allowance_at, :held)
ON CONFLICT (destination) DO UPDATE SET breaker = :breaker, failures = :failures, open_until = :open_until,
    down_since = :down_since, reason = :reason, refusals = :refusals, refusal = :refusal,
    allowance_at = :allowance_at, held = :held;
-- by_key --
SELECT id FROM deliveries WHERE idempotency_key = :key;
-- link --
UPDATE deliveries SET replaces = :replaces WHERE id = :id;
