"""The other side: real servers that play a destination, with faults on demand."""
