-- count --
INSERT INTO counter_changes VALUES ('feed', :feed, :term, :n);
-- count_loss --
INSERT INTO counter_changes VALUES ('loss', :run, :term, :n);
-- losses --
SELECT term, sum(n) FROM (
    SELECT term, n FROM counters WHERE scope = 'loss' AND name = :run
    UNION ALL SELECT term, n FROM counter_changes WHERE scope = 'loss' AND name = :run) AS parts
GROUP BY term ORDER BY term;
-- counters --
SELECT name, term, sum(n) FROM (
    SELECT name, term, n FROM counters WHERE scope = :scope
    UNION ALL SELECT name, term, n FROM counter_changes WHERE scope = :scope) AS parts
GROUP BY name, term ORDER BY name, term;
-- fold_counters --
-- one statement, so one moment: what is taken out of the changes stands in the sums
WITH taken AS (DELETE FROM counter_changes RETURNING scope, name, term, n)
INSERT INTO counters SELECT scope, name, term, sum(n) FROM taken GROUP BY scope, name, term
ON CONFLICT (scope, name, term) DO UPDATE SET n = counters.n + excluded.n;
-- set_meta --
INSERT INTO meta VALUES (:name, as_bytes(:value))
ON CONFLICT (name) DO UPDATE SET value = excluded.value;
