"""The daemon: schedules, one thread for each feed and destination, and what watches them."""

from azalai.service.daemon import Daemon

__all__ = ["Daemon"]
