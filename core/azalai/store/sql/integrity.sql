-- sqlite --
PRAGMA integrity_check;
-- records --
SELECT id FROM records ORDER BY id;
-- versions --
SELECT number FROM versions WHERE record = :record ORDER BY number;
-- deliveries --
SELECT id FROM deliveries ORDER BY id;
-- delivery --
SELECT body IS NOT NULL OR EXISTS (SELECT 1 FROM delivery_bodies b WHERE b.delivery = deliveries.id),
    receipt, last_detail FROM deliveries WHERE id = :id;
-- rejects --
SELECT id FROM rejects ORDER BY id;
-- notes --
SELECT id FROM notes ORDER BY id;
-- note --
SELECT subject, at, wrapped_key, sealed FROM notes WHERE id = :id;
