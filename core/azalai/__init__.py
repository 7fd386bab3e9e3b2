"""Azalai: carries police records between national and international systems."""

__version__ = "0.1.0"
