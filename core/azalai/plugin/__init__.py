"""What a connector author sees: the contracts and their plain values."""
