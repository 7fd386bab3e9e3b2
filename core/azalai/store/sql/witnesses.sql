-- seal --
INSERT INTO ledger_seals (size, note, at) VALUES (:size, :note, :at) ON CONFLICT (size) DO NOTHING;
-- keep_seal --
UPDATE ledger_seals SET kept = 1 WHERE size = :size;
-- one_seal --
SELECT size, note, at, met FROM ledger_seals WHERE size = :size;
-- met_seal --
SELECT size, note, at, met FROM ledger_seals WHERE met = 1 ORDER BY size DESC LIMIT 1;
-- cosigned_seal --
-- the newest that any witness cosigned
SELECT size, note, at, met FROM ledger_seals
WHERE size = (SELECT max(size) FROM ledger_cosignatures);
-- newest_seal --
SELECT size, note, at, met FROM ledger_seals ORDER BY size DESC LIMIT 1;
-- first_unmet --
SELECT size, note, at, met FROM ledger_seals
WHERE size > coalesce((SELECT max(size) FROM ledger_seals WHERE met = 1), -1) ORDER BY size LIMIT 1;
-- meet --
UPDATE ledger_seals SET met = 1, kept = 0 WHERE size = :size AND met = 0;
-- fold --
-- what newer ones stand for: never one that is met, waits for a file, is the newest that a witness
-- holds, or the first that waits
DELETE FROM ledger_seals WHERE met = 0 AND kept = 0
AND size < (SELECT max(size) FROM ledger_seals)
AND size NOT IN (SELECT max(size) FROM ledger_cosignatures GROUP BY witness)
AND size <> coalesce((SELECT min(size) FROM ledger_seals
    WHERE size > coalesce((SELECT max(size) FROM ledger_seals WHERE met = 1), -1)), -1);
-- fold_met --
DELETE FROM ledger_seals WHERE met = 1 AND size < (SELECT max(size) FROM ledger_seals WHERE met = 1);
-- cosign --
INSERT INTO ledger_cosignatures (size, witness, line, at) VALUES (:size, :witness, :line, :at)
ON CONFLICT (size, witness) DO UPDATE SET line = :line, at = :at;
-- cosigned --
SELECT witness, line, at FROM ledger_cosignatures WHERE size = :size ORDER BY at, witness;
-- witness --
SELECT size, asked_at, answer FROM ledger_witnesses WHERE witness = :witness;
-- put_witness --
INSERT INTO ledger_witnesses (witness, size, asked_at, answer)
VALUES (:witness, :size, :asked_at, :answer)
ON CONFLICT (witness) DO UPDATE SET size = :size, asked_at = :asked_at, answer = :answer;
-- latest --
SELECT size, root, note, at FROM witnessed WHERE origin = :origin ORDER BY size DESC LIMIT 1;
-- root --
SELECT root FROM witnessed WHERE origin = :origin AND size = :size;
-- put --
INSERT INTO witnessed (origin, size, root, note, at) VALUES (:origin, :size, :root, :note, :at)
ON CONFLICT (origin, size) DO UPDATE SET note = :note, at = :at;
-- forget_old --
DELETE FROM witnessed WHERE origin = :origin AND size NOT IN
    (SELECT size FROM witnessed WHERE origin = :origin ORDER BY size DESC LIMIT 1000);
-- add_view --
INSERT INTO ledger_views (at, kind, origin, size, root, told_by, note)
VALUES (:at, :kind, :origin, :size, :root, :told_by, :note)
ON CONFLICT (kind, origin, size, root) DO NOTHING;
-- views --
SELECT id, at, kind, origin, size, root, told_by, settled_at FROM ledger_views ORDER BY id;
-- settle --
UPDATE ledger_views SET settled_at = :at WHERE id = :id AND settled_at IS NULL;
-- pruned --
SELECT until FROM ledger_pruned WHERE one = 1;
-- set_pruned --
INSERT INTO ledger_pruned VALUES (1, :until) ON CONFLICT (one) DO UPDATE SET until = :until;
-- prune --
DELETE FROM ledger_entries WHERE idx < :until;
