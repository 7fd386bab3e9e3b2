-- find_all --
SELECT id, pseudonym, wrapped_key, sealed_key, feed, kind, head, in_force, lock, missed, lookup
FROM records WHERE lookup IN (SELECT decode(value, 'hex') FROM json_each(:lookups));
