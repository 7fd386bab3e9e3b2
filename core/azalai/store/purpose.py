"""What a store is for is said once: a training store never becomes production."""

from azalai.errors import ConfigurationError
from azalai.store import Store
from azalai.store.run_rows import meta

_NAME, _TRAINING, _ORDINARY = "purpose", b"training", b"ordinary"


def settle(store: Store, *, training: bool) -> None:
    """Write at the first use what the store is for. ConfigurationError where the configuration
    says otherwise later: deleting `training: yes` does not make real what was invented."""
    wanted = _TRAINING if training else _ORDINARY
    found = meta(store.db, _NAME)
    if found is None:
        with store.write() as tx:
            found = meta(store.db, _NAME) or wanted
            tx.db.do("runs", "set_meta", name=_NAME, value=found)
    if bytes(found) == wanted:
        return
    if training:
        raise ConfigurationError(
            f"{store.db.place} is not a training store: `training: yes` cannot use it",
            hint="`azalai init DIR --training` makes one",
        )
    raise ConfigurationError(
        f"{store.db.place} is a training store: it can never be used for anything else",
        hint="keep `training: yes`, or `azalai init DIR` in a new folder",
    )
