-- fold --
-- a server has no file of ours to put in order
SELECT 1;
