-- fold --
-- a server has no file of ours to put in order
SELECT 1;
-- oldest_transaction --
-- seconds; of other roles the server tells nothing
SELECT coalesce(max(extract(epoch FROM clock_timestamp() - xact_start)), 0)::bigint
FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid();
