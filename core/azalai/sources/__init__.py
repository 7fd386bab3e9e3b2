"""Where inputs lie."""
