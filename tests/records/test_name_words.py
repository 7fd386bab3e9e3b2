"""Spellings of one name meet; other names stay apart."""

import pytest

from azalai.records.name_words import alike, telling, words
from azalai.records.persons_in import found_by, years

PAIRS = """
Mohamed محمد
Ahmed أحمد
Moussa موسى
Abderrahmane عبد الرحمن
Abdoulaye عبد الله
Mamadou Mohamed
Ousmane عثمان
Oumar عمر
Ibrahima إبراهيم
Sidi سيدي
Cheikh الشيخ
Elhadj الحاج
Fatimata فاطمة
Moussa Musa
Mahamat Mohamed
Aïssata Aissatou
Diallo Jallow
Salif Salifou
Abdelkader عبد القادر
Abdoulaziz عبدالعزيز
N'Diaye Ndiaye
Ouédraogo OUEDRAOGO
Bâ با
Sawadogo Savadogo
Cheick Sheikh
مُحَمَّد محمد
Yéro Yero
Ɗanjuma Danjuma
"""
"""The 21 pairs of the design's list, and more; the second may be of two words."""
APART = ["Moussa Issa", "Oumar Amara", "Ali Alpha", "Fatima Fanta", "Sow Sy", "Diallo Diop",
         "Hassan Hussein", "Salif Sali", "Kane Koné", "Ahmed Hamid"]  # fmt: skip


def meet(one: str, other: str) -> bool:
    """Whether each word of the first has one of the second."""
    return all(any(alike(word, found) for found in telling(other)) for word in telling(one))


@pytest.mark.parametrize("pair", PAIRS.strip().splitlines())
def test_one_name_in_two_spellings(pair: str) -> None:
    """Latin and Arabic, French and English and Hausa ears, accents, apostrophes, vowel signs."""
    one, other = pair.split(" ", 1)
    assert meet(one, other)
    assert meet(other, one)


@pytest.mark.parametrize("pair", APART)
def test_other_names_stay_apart(pair: str) -> None:
    """What is only near is not proposed."""
    assert not meet(*pair.split())


@pytest.mark.parametrize(("one", "other"), [
    ("Ould Mohamed El-Moctar", "EL MOCTAR Mohamed Ould"), ("Ag Ghali", "Ould Ghali"),
    ("Mohamed Ould Ahmed", "محمد بن أحمد"), ("Fatma Mint Sidi", "فاطمة بنت سيدي"),
    ("M. Ali Diallo", "DIALLO, Ali"), ("Moussa dit Bakary", "Moussa Bakary"),
])  # fmt: skip
def test_order_particles_and_titles(one: str, other: str) -> None:
    """Neither changes who it is; a name of particles only keeps them."""
    assert meet(one, other)
    assert meet(other, one)
    assert telling("Ould Ag") == words("Ould Ag") == frozenset({"ould", "ag"})


def test_a_record_is_found_by_all_in_it() -> None:
    """Aliases, the name at birth, the Latin form by its scheme, documents, years of a range."""
    content = {
        "person": {
            "name": {"original": "محمد", "latin": "MXHMD", "latin_scheme": "icao_9303"},
            "birth_name": "Zeynab", "aliases": ["Kouka"],
            "birth": {"date": {"value": "1984", "circa": True}},
            "documents": [{"number": "fx 12-34"}],
        },
        "persons": [{"role": "victim", "name": {"original": "Sow"}}],
    }  # fmt: skip
    found = found_by(content)

    assert {
        "=mohamed",
        "mmd",
        "=zeinab",
        "kk",
        "=sow",
        "y1983",
        "y1984",
        "y1985",
        "dfx1234",
    } <= found
    assert not {"mksmd", "mxhmd"} & found
    assert list(years({"value": "1980-05", "until": "1982"})) == [1980, 1981, 1982]
