-- lock_destination --
-- rate and breaker are read to be changed: one node after the other
INSERT INTO destination_state (destination) VALUES (:destination)
ON CONFLICT (destination) DO UPDATE SET destination = excluded.destination;
