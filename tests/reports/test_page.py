"""Values stand on a page as they are: on one line, nothing hidden, no number turned round."""

from azalai.records.labels import Labels
from azalai.reports import deeds, texts, words
from azalai.reports.page import LANGUAGES, LRI, PDI, clean, fill, number, shortened, span


def test_marks_that_cannot_be_seen_are_shown() -> None:
    """Direction overrides, zero-width and control characters become U+FFFD; joiners of Arabic
    letters and accents stay."""
    assert clean("FICTIF\u202etxt.exe") == "FICTIF\ufffdtxt.exe"
    assert clean("a\u200bb\ufeffc\u2066d\x00e\x1bf") == "a\ufffdb\ufffdc\ufffdd\ufffde\ufffdf"
    assert clean("  deux\n lignes\t ") == "deux lignes"
    assert clean("نی\u200cخ é e\u0301") == "نی\u200cخ é e\u0301"


def test_values_are_set_apart_in_arabic_only() -> None:
    """A date in an Arabic sentence keeps its order, and cannot end the isolation early."""
    label = Labels("le {at}", "on {at}", "بتاريخ {at}.")

    assert fill(label, "fr", at="2026-11-24") == "le 2026-11-24"
    assert fill(label, "ar", at="2026-11-24") == f"بتاريخ {LRI}2026-11-24{PDI}."
    assert fill(label, "ar", at=f"x{PDI}y") == f"بتاريخ {LRI}x\ufffdy{PDI}."


def test_long_texts_are_cut_and_say_so() -> None:
    """What is left out is counted."""
    assert shortened("é" * 5_000, 400) == "é" * 400 + "… (+4600)"
    assert (number(1_354, "fr"), number(1_354, "en")) == ("1\u202f354", "1,354")
    assert number(1_354, "ar") == "1354"
    assert (span("a", "a"), span("a", "b")) == ("a", "a-b")


def test_every_text_is_in_three_languages() -> None:
    """No label is empty, its places are the same in each language, the Arabic is Arabic and has no
    vowel marks (they are drawn badly at this size)."""
    every = [*texts.TEXTS.values(), *words.CODES.codes.values(), *deeds.DEEDS.codes.values()]
    for label in every:
        places = {frozenset(part.split("}")[0] for part in getattr(label, one).split("{")[1:])
                  for one in LANGUAGES}  # fmt: skip
        assert len(places) == 1, label.en
        assert not any("\u064b" <= mark <= "\u0652" for mark in label.ar), label.en
        letters = [mark for mark in label.ar if mark.isalpha()]
        assert (
            sum("\u0600" <= mark <= "\u06ff" for mark in letters) * 2 > len(letters)
            or label.ar.startswith(LRI)
            or "{" in label.ar
        ), label.en


def test_words_of_the_vocabulary_are_the_promised_ones() -> None:
    """users.md section 6: what a delivery, a refusal and a hold are called in French."""
    said = {code: words.word(code, "fr") for code in words.CODES.codes}

    assert said["withheld"] == "non autorisé par l'accord"
    assert said["refused"] == "refusé par le destinataire"
    assert said["given_up"] == "abandonné"
    assert said["awaiting"] == "remis à un relais, non confirmé"
    assert not any(
        "mort" in text or "rappel" in text or "diffusion" in text for text in said.values()
    )
