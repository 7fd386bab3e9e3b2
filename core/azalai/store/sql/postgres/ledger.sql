-- lock_head --
-- the last step of every writer; it makes the log gap-free on any number of daemons
SELECT size FROM ledger_head WHERE one = 1 FOR UPDATE;
