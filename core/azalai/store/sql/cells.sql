-- known --
-- the newest marks of a record that an accepted run left
SELECT cells.marks FROM cells JOIN runs ON runs.id = cells.run
WHERE cells.record = :record AND cells.feed = :feed AND state = 'accepted'
ORDER BY cells.run DESC LIMIT 1;
-- pairs --
-- what a run's sample holds now, and what an accepted run left of the same record
SELECT cells.marks, (
    SELECT earlier.marks FROM cells AS earlier JOIN runs ON runs.id = earlier.run
    WHERE earlier.record = cells.record AND earlier.feed = cells.feed AND state = 'accepted'
    AND earlier.run < cells.run
    ORDER BY earlier.run DESC LIMIT 1)
FROM cells WHERE run = :run;
-- put --
INSERT INTO cells (record, run, feed, marks) VALUES (:record, :run, :feed, :marks)
ON CONFLICT (record, run) DO UPDATE SET feed = :feed, marks = :marks;
-- shares --
SELECT shares FROM column_shares JOIN runs ON runs.id = run
WHERE column_shares.feed = :feed AND state = 'accepted' ORDER BY run DESC LIMIT 1;
-- put_shares --
INSERT INTO column_shares (run, feed, shares) VALUES (:run, :feed, :shares)
ON CONFLICT (run) DO UPDATE SET feed = :feed, shares = :shares;
-- forget_run --
DELETE FROM cells WHERE run = :run;
-- forget_shares --
DELETE FROM column_shares WHERE run = :run;
-- forget_older --
-- a record's marks of earlier runs, where this run left newer ones
DELETE FROM cells WHERE feed = :feed AND run < :run
AND record IN (SELECT record FROM cells WHERE feed = :feed AND run = :run);
-- forget_others --
-- a whole register was read: what is not in its sample is not needed
DELETE FROM cells WHERE feed = :feed AND run < :run
AND EXISTS (SELECT 1 FROM cells WHERE feed = :feed AND run = :run);
-- forget_older_shares --
DELETE FROM column_shares WHERE feed = :feed AND run < :run
AND EXISTS (SELECT 1 FROM column_shares WHERE run = :run);
-- bound --
-- at most so many a feed: always the same records stay, by the HMAC of their key
DELETE FROM cells WHERE feed = :feed AND record IN (
    SELECT record FROM cells JOIN records ON records.id = record WHERE cells.feed = :feed
    GROUP BY record, lookup ORDER BY lookup LIMIT 9223372036854775807 OFFSET :most);
