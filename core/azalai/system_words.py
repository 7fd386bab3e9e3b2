"""Why the operating system refuses a file or an address: its number in French and English."""

import errno
import os
from collections.abc import Mapping

_WORDS: Mapping[int, tuple[str, str]] = {
    errno.EACCES: ("accès refusé", "access denied"),
    errno.EADDRINUSE: ("un autre programme l'emploie", "another program uses it"),
    errno.EADDRNOTAVAIL: (
        "cette machine n'a pas cette adresse",
        "this machine has no such address",
    ),
    errno.ECONNREFUSED: ("personne ne répond", "nobody answers"),
    errno.EDQUOT: ("le quota est épuisé", "the quota is used up"),
    errno.EEXIST: ("il existe déjà", "it is there already"),
    errno.EINVAL: ("le système n'en veut pas", "the system does not take it"),
    errno.EIO: ("le disque ne répond plus bien", "the disk fails"),
    errno.EISDIR: ("c'est un dossier", "it is a folder"),
    errno.ELOOP: ("c'est un lien", "it is a link"),
    errno.EMFILE: ("trop de fichiers ouverts", "too many open files"),
    errno.ENAMETOOLONG: ("le nom est trop long", "the name is too long"),
    errno.ENOENT: ("ce fichier n'existe pas", "no such file"),
    errno.ENOSPC: ("le disque est plein", "the disk is full"),
    errno.ENOTDIR: ("ce fichier n'existe pas", "no such file"),
    errno.ENOTEMPTY: ("le dossier n'est pas vide", "the folder is not empty"),
    errno.EPERM: ("le système l'interdit", "the system forbids it"),
    errno.EROFS: ("le disque est en lecture seule", "the disk is read-only"),
    errno.ESTALE: ("le partage réseau a changé", "the network share has changed"),
    errno.ETIMEDOUT: ("pas de réponse à temps", "no answer in time"),
    errno.ETXTBSY: ("un autre programme l'emploie", "another program uses it"),
}


def said(err: OSError) -> tuple[str, str]:
    """What the system said, (French, English); its own English where it has no words here.

    Of an error without a number its class stands, so that no file name comes along.
    """
    known = _WORDS.get(err.errno or 0)
    if known is not None:
        return known
    own = os.strerror(err.errno) if err.errno else type(err).__name__
    return own, own
