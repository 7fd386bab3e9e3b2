"""Evidence: what leaves for an auditor, and what it is checked with."""
