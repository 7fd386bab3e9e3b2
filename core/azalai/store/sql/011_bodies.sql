-- The frozen bytes of a message stand apart: a delivery's row is written anew at each step of its
-- way, they never are. What was enqueued before this stays in `deliveries.body`.

CREATE TABLE delivery_bodies (
    delivery INTEGER PRIMARY KEY REFERENCES deliveries (id) ON DELETE CASCADE,
    body BLOB NOT NULL                     -- the sealed message
);
