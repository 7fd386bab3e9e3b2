"""Workers: claim what is due, send, record an outcome per record."""
