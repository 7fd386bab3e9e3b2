-- kek --
SELECT since, gone_at FROM keks WHERE kek = :kek;
-- put_kek --
INSERT INTO keks (kek, since) VALUES (:kek, coalesce(:since, (SELECT min(opened_at) FROM runs), :at))
ON CONFLICT (kek) DO NOTHING;
-- keks --
SELECT kek, since, gone_at FROM keks ORDER BY since, kek;
-- kek_gone --
UPDATE keks SET gone_at = :at WHERE kek = :kek AND gone_at IS NULL;
-- put_copy --
INSERT INTO kek_copies (kek, form, made_at) VALUES (:kek, :form, :at);
-- copies --
SELECT id, kek, form, made_at, confirmed_at, gone_at FROM kek_copies ORDER BY id;
-- confirm_copy --
UPDATE kek_copies SET confirmed_at = :at WHERE id = :id;
-- copy_gone --
UPDATE kek_copies SET gone_at = :at WHERE id = :id AND gone_at IS NULL;
-- put_outside --
INSERT INTO outside_copies (what, place, kek, made_at) VALUES (:what, :place, :kek, :at);
-- outside --
SELECT id, what, place, kek, made_at, gone_at, gone_how FROM outside_copies
WHERE :all = 1 OR gone_at IS NULL ORDER BY id;
-- outside_gone --
UPDATE outside_copies SET gone_at = :at, gone_how = :how WHERE id = :id AND gone_at IS NULL;
-- wrapped_records --
SELECT id, wrapped_key, pseudonym FROM records WHERE id > :past ORDER BY id LIMIT :most;
-- wrapped_rejects --
SELECT id, wrapped_key FROM rejects WHERE id > :past ORDER BY id LIMIT :most;
-- wrapped_notes --
SELECT id, wrapped_key FROM notes WHERE id > :past ORDER BY id LIMIT :most;
-- wrapped_requests --
SELECT id, wrapped_key FROM requests WHERE id > :past ORDER BY id LIMIT :most;
-- rewrap_records --
UPDATE records SET wrapped_key = :wrapped WHERE id = :id;
-- rewrap_rejects --
UPDATE rejects SET wrapped_key = :wrapped WHERE id = :id;
-- rewrap_notes --
UPDATE notes SET wrapped_key = :wrapped WHERE id = :id;
-- rewrap_requests --
UPDATE requests SET wrapped_key = :wrapped WHERE id = :id;
-- wrapped_counts --
SELECT 'records', count(*) FROM records UNION ALL SELECT 'rejects', count(*) FROM rejects
UNION ALL SELECT 'notes', count(*) FROM notes UNION ALL SELECT 'requests', count(*) FROM requests;
