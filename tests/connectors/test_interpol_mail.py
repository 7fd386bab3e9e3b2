"""The mail connector: its manifest and its countries are the declared ones."""

from azalai import paths
from azalai.mapping.outbound import load_outbound
from azalai.plugin.registry import find
from azalai.records import LISTS
from azalai.settings import HttpsDestination, MailDestination

WANTED = paths.mappings() / "interpol_mail" / "interpol_style_wanted_person.yaml"


def test_the_countries_are_iso_3166() -> None:
    """One alpha-2 code each; only the codes of ICAO that have none keep their three letters."""
    rows = load_outbound(WANTED).codes["countries"].rows
    targets = [row.text for row in rows.values() if row.text]

    assert len(set(targets)) == len(rows) == len(LISTS["country"].codes)
    assert sorted(text for text in targets if len(text) == 3) == [
        "EUE", "RKS", "UNA", "UNK", "UNO", "UTO", "XBA", "XCE", "XOM", "XPO", "XXA", "XXB", "XXC",
        "XXX",
    ]  # fmt: skip
    assert [rows[code].text for code in ("TCD", "MRT", "MLI", "NER", "CHE")] == [
        "TD", "MR", "ML", "NE", "CH",
    ]  # fmt: skip


def test_the_manifest_of_the_mail_connector_has_every_setting_of_a_mail_destination() -> None:
    """A setting that the configuration takes is documented, required or with its default."""
    settings = find()["interpol_mail"].manifest.settings
    own = set(MailDestination.model_fields) - set(HttpsDestination.model_fields)
    own |= {"ca", "certificate", "key", "timeout_s"}

    assert set(settings) == own
    for name, field in MailDestination.model_fields.items():
        if name in settings:
            assert settings[name].required == field.is_required(), name
            shown = None if field.default is None or field.is_required() else str(field.default)
            assert settings[name].default == shown, name
