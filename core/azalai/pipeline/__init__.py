"""The road of one input: source -> translate -> decide -> outbox, and the gate at its end."""
