-- put --
INSERT INTO person_marks (record, version, form, marks) VALUES (?, ?, ?, ?)
ON CONFLICT (record, version) DO UPDATE SET form = excluded.form, marks = excluded.marks;
-- every --
SELECT r.id, r.pseudonym, r.wrapped_key, p.marks FROM person_marks p
JOIN records r ON r.id = p.record WHERE length(p.marks) > 0 ORDER BY p.record, p.version;
-- of_version --
SELECT marks FROM person_marks WHERE record = :record AND version = :number AND form = :form;
-- unmarked --
-- versions that nobody has looked through for persons, or otherwise than now
SELECT v.record, v.number FROM versions v
LEFT JOIN person_marks p ON p.record = v.record AND p.version = v.number
WHERE v.record > :past AND (p.form IS NULL OR p.form <> :form) ORDER BY v.record, v.number LIMIT :most;
-- waiting --
SELECT count(*) FROM versions v
LEFT JOIN person_marks p ON p.record = v.record AND p.version = v.number
WHERE p.form IS NULL OR p.form <> :form;
