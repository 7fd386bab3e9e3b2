-- attempts that the destination's own fault spoiled: they consume nothing of what a message has
ALTER TABLE deliveries ADD COLUMN spared INTEGER NOT NULL DEFAULT 0;
