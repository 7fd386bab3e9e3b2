"""The connectors' place in the package; in a checkout they lie in the top folder."""

from azalai import paths

__path__ = paths.connector_path(__path__)
