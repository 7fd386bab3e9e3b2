-- head --
SELECT size, frontier, last_time, last_clock FROM ledger_head WHERE one = 1;
-- set_head --
INSERT INTO ledger_head VALUES (1, :size, :frontier, :last_time, :last_clock)
ON CONFLICT (one) DO UPDATE SET size = :size, frontier = :frontier, last_time = :last_time,
    last_clock = :last_clock;
-- add --
INSERT INTO ledger_entries (idx, data) VALUES (?, ?);
-- entry --
SELECT data FROM ledger_entries WHERE idx = :idx;
-- entries --
SELECT idx, data FROM ledger_entries WHERE idx >= :first AND idx < :last ORDER BY idx;
-- tile --
SELECT data FROM ledger_tiles WHERE level = :level AND number = :number;
-- put_tile --
INSERT INTO ledger_tiles VALUES (:level, :number, :data)
ON CONFLICT (level, number) DO UPDATE SET data = :data;
