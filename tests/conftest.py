"""One Hypothesis profile: a busy machine is no reason to fail, and a failure replays."""

from hypothesis import HealthCheck, settings

settings.register_profile(
    "azalai", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("azalai")
