"""Carriers of messages: HTTPS now; each reports outcomes and never retries."""
