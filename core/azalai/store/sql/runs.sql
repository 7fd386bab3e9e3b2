-- known --
-- an input is read once, unless its run was discarded
SELECT id, state, consumed, counts FROM runs
WHERE feed = :feed AND input_digest = :digest AND state <> 'discarded' ORDER BY id DESC LIMIT 1;
-- add --
INSERT INTO runs (feed, input_digest, state, mapping, opened_at)
VALUES (:feed, :digest, 'reading', :mapping, :at);
-- by_id --
SELECT id, feed, input_digest, state, consumed, mapping, counts, findings, opened_at, ended_at
FROM runs WHERE id = :id;
-- of_feed --
SELECT id, feed, input_digest, state, consumed, mapping, counts, findings, opened_at, ended_at
FROM runs WHERE feed = :feed ORDER BY id DESC LIMIT :most;
-- waiting --
SELECT id, feed, input_digest, state, consumed, mapping, counts, findings, opened_at, ended_at
FROM runs WHERE state IN ('held', 'reading') ORDER BY id;
-- held_of_feed --
SELECT id FROM runs WHERE feed = :feed AND state = 'held' ORDER BY id LIMIT 1;
-- accepted_before --
SELECT count(*) FROM runs WHERE feed = :feed AND state = 'accepted';
-- advance --
UPDATE runs SET consumed = :consumed, counts = :counts WHERE id = :id;
-- settle --
UPDATE runs SET state = :state, counts = :counts, findings = :findings, ended_at = :at
WHERE id = :id;
-- staged --
SELECT id FROM deliveries WHERE run = :run AND state = 'staged' ORDER BY id;
-- staged_counts --
SELECT destination, operation, count(*),
    coalesce(sum(coalesce(length(b.body), length(d.body))), 0)
FROM deliveries d LEFT JOIN delivery_bodies b ON b.delivery = d.id
WHERE run = :run AND state = 'staged' GROUP BY destination, operation;
-- withheld_counts --
SELECT destination, rule, count(*) FROM deliveries
WHERE run = :run AND state = 'withheld' GROUP BY destination, rule;
-- add_reject --
INSERT INTO rejects (run, disposition, number, line, byte_offset, part, code, field, source_column,
    rule, what, todo, code_list, lookup, value_lookup, wrapped_key, sealed)
VALUES (:run, :disposition, :number, :line, :offset, :part, :code, :field, :column,
    :rule, :what, :todo, :code_list, :lookup, :value_lookup, :wrapped_key, :sealed);
-- rejects --
SELECT rejects.id, rejects.run, feed, disposition, number, line, byte_offset, part, code, field,
    source_column, rule, what, todo, code_list
FROM rejects JOIN runs ON runs.id = rejects.run
WHERE (:feed IS NULL OR feed = :feed) AND (:run IS NULL OR rejects.run = :run)
ORDER BY rejects.id LIMIT :most;
-- reject --
SELECT rejects.id, rejects.run, feed, disposition, number, line, byte_offset, part, code, field,
    source_column, rule, what, todo, code_list, wrapped_key, sealed
FROM rejects JOIN runs ON runs.id = rejects.run WHERE rejects.id = :id;
-- rerunnable --
-- what may be mapped again, in its original order; a discarded run's rests, one being read waits
SELECT rejects.id, rejects.run, feed FROM rejects JOIN runs ON runs.id = rejects.run
WHERE disposition IN ('rejected', 'parked') AND state IN ('accepted', 'held')
AND (:feed IS NULL OR feed = :feed) AND (:reject IS NULL OR rejects.id = :reject)
AND (:value IS NULL OR value_lookup = :value)
ORDER BY rejects.run, number, rejects.id;
-- still_kept --
SELECT disposition FROM rejects WHERE id = :id;
-- refresh_reject --
UPDATE rejects SET disposition = :disposition, code = :code, field = :field,
    source_column = :column, rule = :rule, what = :what, todo = :todo, code_list = :code_list,
    lookup = coalesce(:lookup, lookup), value_lookup = :value_lookup
WHERE id = :id;
-- drop_reject --
DELETE FROM rejects WHERE id = :id;
-- parked_values --
-- which values wait for a code: how often, since when, and the first of each
SELECT feed, code_list, min(source_column), min(rejects.id), count(*), min(opened_at), min(rule)
FROM rejects JOIN runs ON runs.id = rejects.run
WHERE disposition = 'parked' AND state <> 'discarded' AND (:feed IS NULL OR feed = :feed)
GROUP BY feed, code_list, value_lookup ORDER BY feed, code_list, count(*) DESC, min(rejects.id);
-- waiting_for --
SELECT DISTINCT rule FROM rejects JOIN runs ON runs.id = rejects.run
WHERE disposition = 'parked' AND state <> 'discarded' AND feed = :feed AND value_lookup = :value;
-- accepted_after --
SELECT count(*) FROM runs WHERE feed = :feed AND state = 'accepted' AND id > :run;
-- reject_counts --
SELECT feed, disposition, count(*) FROM rejects JOIN runs ON runs.id = rejects.run
WHERE runs.state <> 'discarded' GROUP BY feed, disposition;
-- count --
INSERT INTO counters VALUES ('feed', :feed, :term, :n)
ON CONFLICT (scope, name, term) DO UPDATE SET n = counters.n + :n;
-- count_loss --
INSERT INTO counters VALUES ('loss', :run, :term, :n)
ON CONFLICT (scope, name, term) DO UPDATE SET n = counters.n + :n;
-- losses --
SELECT term, n FROM counters WHERE scope = 'loss' AND name = :run ORDER BY term;
-- counters --
SELECT name, term, n FROM counters WHERE scope = :scope ORDER BY name, term;
-- recount_runs --
SELECT feed, counts FROM runs;
-- recount_destinations --
-- the rows there are, and what those counted for that were erased
SELECT destination, term, sum(n) FROM (
    SELECT destination, term, count(*) AS n FROM deliveries JOIN terms USING (state)
    GROUP BY destination, term
    UNION ALL SELECT destination, term, n FROM erased_counts WHERE term <> 'attempts') AS parts
GROUP BY destination, term;
-- recount_attempts --
SELECT destination, sum(n) FROM (
    SELECT destination, sum(attempts) AS n FROM deliveries GROUP BY destination
    UNION ALL SELECT destination, n FROM erased_counts WHERE term = 'attempts') AS parts
GROUP BY destination;
-- feed_held --
SELECT held FROM feed_state WHERE feed = :feed;
-- hold_feed --
INSERT INTO feed_state VALUES (:feed, :held) ON CONFLICT (feed) DO UPDATE SET held = :held;
-- started --
SELECT at FROM started WHERE subject = :subject;
-- start --
INSERT INTO started VALUES (:subject, :at) ON CONFLICT (subject) DO NOTHING;
-- meta --
SELECT value FROM meta WHERE name = :name;
-- set_meta --
INSERT INTO meta VALUES (:name, :value) ON CONFLICT (name) DO UPDATE SET value = :value;
-- destinations --
SELECT DISTINCT destination FROM deliveries WHERE run = :run AND state <> 'withheld';
-- agreements_used --
SELECT DISTINCT agreement FROM deliveries WHERE run = :run AND state <> 'withheld'
AND agreement <> '';
-- add_note --
INSERT INTO notes (subject, at, wrapped_key, sealed) VALUES (:subject, :at, :wrapped, :sealed);
-- notes --
SELECT at, wrapped_key, sealed FROM notes WHERE subject = :subject ORDER BY id;
