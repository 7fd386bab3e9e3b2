"""Bytes put together from pieces are those of the plain path, whatever stands in the cells."""

import io
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import azalai
from azalai.address import Address
from azalai.formats import make
from azalai.mapping import Declared, InboundMapping, compile_feed, load_inbound
from azalai.mapping.inbound_fragments import compile_fragments
from azalai.plugin.format import RawRecord
from azalai.plugin.registry import find
from connector_reading import mapping_paths, sample

DAY = date(2027, 1, 2)
DECLARED = Declared("NER-PN", "NER", "Service fictif", "test", "feed")
BENCH = Path(azalai.__file__).parents[2] / "bench" / "mappings" / "fpr_wanted.yaml"
SAMPLES = {
    "bfa_wanted": ("bfa_police", "personnes.csv"),
    "ner_documents": ("ner_police", "objets.txt"),
    "tcd_firearms": ("tcd_police", "signalements.xlsx"),
}
CELLS: tuple[Any, ...] = (
    None, "", " ", "-", "NEANT", "\u00a0", "x", " x ", "FICTIF, Kilo Bravo", "KILO", ",", "a|b", "|",
    "00/00/1985", "00/03/1985", "31/02/2001", "29/02/2024", "12/03/2020", "1985", "20200312", "M", "60",
    "0", "-1", "9" * 19, "1e3", "Italienne", "congolaise", 'a "b" \\ \n\t\x07', "\u0623\u062d\u0645\u062f\u200c",
    "\ud800", "\x00", "x" * 10_000, "x" * 10_001, ["x"], ["x", "y"], [], {"a": "b"}, 7, True,
)  # fmt: skip


@cache
def loaded(name: str) -> tuple[InboundMapping, list[dict[str, Any]], str]:
    """A mapping, the values of raw records that it takes, and their tag."""
    if name == "fpr_wanted":
        row = {
            "num_dossier": "FPR-1", "nom_prenoms": "FICTIF, Kilo Bravo", "alias": "K|B", "sexe": "M",
            "date_naissance": "00/03/1985", "nationalite": "Italienne", "nationalite_2": "Grecque",
            "type_document": "Carte d'identité", "num_document": "B4", "code_infraction": "BLA-01",
            "num_mandat": "M1/20", "date_mandat": "29/02/2024", "autorite": "TGI fictif",
            "peine_mois": "60", "taille_cm": "177", "yeux": "verts", "date_maj": "12/08/2025",
        }  # fmt: skip
        return load_inbound(BENCH), [row], ""
    connector, file = SAMPLES[name]
    mappings = {m.name: m for m in map(load_inbound, mapping_paths(find()[connector]))}
    items = make([m.shape for m in mappings.values()]).read(
        io.BytesIO(sample(connector, file)), "a" * 64
    )
    mine = mappings[name]
    taken = mine.takes.values if mine.takes is not None else {""}
    raws = [one for one in items if isinstance(one, RawRecord) and one.tag in taken]
    return mine, [one.values for one in raws], raws[0].tag


NAMES = ["fpr_wanted", *SAMPLES]


@pytest.mark.parametrize("with_meaning", [True, False])
@pytest.mark.parametrize("name", NAMES)
@given(data=st.data())
@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
def test_the_pieces_give_what_the_steps_give(
    name: str, with_meaning: bool, data: st.DataObject
) -> None:
    """Any cells changed to anything: the same result, byte for byte, or the same refusal; and
    again the second time, when the values are known."""
    mapping, rows, tag = loaded(name)
    both = [
        compile_feed([mapping], DECLARED, on=DAY, with_meaning=with_meaning, at_once=at_once)
        for at_once in (True, False)
    ]
    row = dict(data.draw(st.sampled_from(rows)))
    columns = st.sampled_from([one.name for one in mapping.columns])
    others = st.sampled_from(sorted({str(v) for one in rows for v in one.values()}))
    cells = st.one_of(st.sampled_from(CELLS), others, st.text(max_size=12))
    row |= data.draw(st.dictionaries(columns, cells, max_size=4))
    address = data.draw(st.sampled_from([
        ("a" * 64, 1, 2, 3, None), ("b" * 64, 0, None, None, "Feuille1"), ("a" * 64, 7, 8, None, "/x[1]"),
        ("not a digest", 1, 2, 3, None), ("a" * 64, -1, 2, 3, None), ("a" * 64, 1, -2, 3, None),
    ]))  # fmt: skip
    raw = RawRecord(Address(*address), row, tag)

    fast, plain = (one(raw) for one in both)

    assert fast == plain
    assert both[0](raw) == plain


@pytest.mark.parametrize("name", NAMES)
def test_a_whole_record_is_made_from_pieces(name: str) -> None:
    """Of the sample's records some do not need the plain path: the comparison above is of two."""
    mapping, rows, _ = loaded(name)
    make_at_once = compile_fragments(mapping, DECLARED, DAY, with_meaning=True)

    assert make_at_once is not None
    assert any(make_at_once(row, Address("a" * 64, 1, 2, 3)) for row in rows)
