-- What stands for SQLite's triggers, and the functions of SQLite that statements use.

-- counters change in the counted transaction, by rows that are added: nobody waits for a counter
CREATE TABLE counter_changes (
    scope TEXT COLLATE "C" NOT NULL, name TEXT COLLATE "C" NOT NULL, term TEXT COLLATE "C" NOT NULL,
    n BIGINT NOT NULL
);

CREATE FUNCTION delivery_counted() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    was TEXT; now_is TEXT;
BEGIN
    SELECT term INTO now_is FROM terms WHERE state = new.state;
    IF tg_op = 'INSERT' THEN
        INSERT INTO counter_changes
        SELECT 'destination', new.destination, t, 1 FROM unnest(ARRAY['decided', now_is]) AS t;
        IF new.state <> 'withheld' THEN
            INSERT INTO counter_changes VALUES ('destination', new.destination, 'owed', 1);
        END IF;
        RETURN NULL;
    END IF;
    SELECT term INTO was FROM terms WHERE state = old.state;
    IF was <> now_is THEN
        INSERT INTO counter_changes VALUES ('destination', new.destination, was, -1),
            ('destination', new.destination, now_is, 1);
    END IF;
    IF new.attempts > old.attempts THEN
        INSERT INTO counter_changes VALUES ('destination', new.destination, 'attempts', 1);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER deliveries_counted AFTER INSERT ON deliveries
    FOR EACH ROW EXECUTE FUNCTION delivery_counted();
CREATE TRIGGER deliveries_recounted AFTER UPDATE OF state, attempts ON deliveries
    FOR EACH ROW WHEN (old.state <> new.state OR new.attempts > old.attempts)
    EXECUTE FUNCTION delivery_counted();

-- the head is one row that is always there: the last step of every writer locks it
INSERT INTO ledger_head VALUES (1, 0, '', NULL, NULL);

CREATE FUNCTION json_each(TEXT, OUT value TEXT) RETURNS SETOF TEXT LANGUAGE sql IMMUTABLE AS
    'SELECT json_array_elements_text($1::json)';
CREATE FUNCTION unixepoch() RETURNS BIGINT LANGUAGE sql VOLATILE AS
    'SELECT extract(epoch FROM clock_timestamp())::bigint';
-- a value of `meta` is bytes; what is given as text is kept in UTF-8
CREATE FUNCTION as_bytes(BYTEA) RETURNS BYTEA LANGUAGE sql IMMUTABLE AS 'SELECT $1';
CREATE FUNCTION as_bytes(TEXT) RETURNS BYTEA LANGUAGE sql IMMUTABLE AS
    'SELECT convert_to($1, ''UTF8'')';

-- rows that change often are swept often: a claim must not walk over dead ones
ALTER TABLE deliveries SET (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02,
    autovacuum_vacuum_threshold = 500, autovacuum_vacuum_cost_delay = 0,
    autovacuum_analyze_scale_factor = 0.05);
ALTER TABLE counter_changes SET (autovacuum_vacuum_scale_factor = 0,
    autovacuum_vacuum_threshold = 2000, autovacuum_vacuum_cost_delay = 0);
ALTER TABLE counters SET (fillfactor = 50, autovacuum_vacuum_threshold = 200);
ALTER TABLE destination_state SET (fillfactor = 50, autovacuum_vacuum_threshold = 200);
ALTER TABLE ledger_head SET (fillfactor = 10, autovacuum_vacuum_threshold = 200);
ALTER TABLE seen SET (autovacuum_vacuum_scale_factor = 0.05);
