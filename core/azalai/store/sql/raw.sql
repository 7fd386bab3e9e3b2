-- put --
-- the same row may be read again after a crash
INSERT INTO raws (record, version, run, sealed) VALUES (?, ?, ?, ?)
ON CONFLICT (record, version, run) DO UPDATE SET sealed = excluded.sealed;
-- since --
-- whether a version's raw record was kept by a run that began since an instant
SELECT 1 FROM raws JOIN runs ON runs.id = raws.run
WHERE record = :record AND version = :version AND opened_at >= :since LIMIT 1;
-- of_feed --
-- what records in force say, as last read: page by page
SELECT raws.record, raws.version, raws.run, raws.sealed
FROM raws JOIN records ON records.id = raws.record AND records.head = raws.version
JOIN runs ON runs.id = raws.run
WHERE records.feed = :feed AND in_force = 1 AND runs.state = 'accepted' AND raws.record > :past
AND raws.run = (
    SELECT max(newer.run) FROM raws AS newer JOIN runs AS made ON made.id = newer.run
    WHERE newer.record = raws.record AND newer.version = raws.version AND made.state = 'accepted')
ORDER BY raws.record LIMIT :most;
-- of_version --
SELECT run, sealed FROM raws WHERE record = :record AND version = :version
ORDER BY run DESC LIMIT 1;
-- forget_run --
DELETE FROM raws WHERE run = :run;
-- expired --
-- a run's raw records, once it is older than they are kept: a run at a time
SELECT DISTINCT raws.run FROM raws JOIN runs ON runs.id = raws.run
WHERE opened_at < :before ORDER BY raws.run;
-- forget_some --
-- so many at a time: a long delete would keep other writers waiting; what a court keeps stays
DELETE FROM raws WHERE run = :run AND record IN (
    SELECT record FROM raws WHERE run = :run
    AND record NOT IN (SELECT record FROM court_holds WHERE until >= :today)
    ORDER BY record LIMIT :most);
-- count --
SELECT count(*), coalesce(sum(length(sealed)), 0) FROM raws;
-- all --
SELECT record, version, run, sealed FROM raws WHERE record = :record ORDER BY version, run;
