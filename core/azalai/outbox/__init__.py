"""The outbox's rules without SQL: states, operations, order, retries, conservation."""
