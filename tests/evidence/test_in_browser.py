"""`verify.html` opened from a folder by a real browser, Chromium, where there is one."""

import base64
import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from azalai.evidence.card import card
from azalai.evidence.page import page
from evidence_rig import KEY, Rig
from ledger_storages import signer

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium to open the page in")
FILL = """<script>
const held = new DataTransfer();
const bytes = Uint8Array.from(atob(%s), (one) => one.charCodeAt(0));
held.items.add(new File([bytes], "one.azpack"));
part("pack").files = held.files;
part("card").value = %s;
part("language").value = %s;
run().then(() => part("title").setAttribute("data-colour", getComputedStyle(part("verdict")).color));
</script>
</body>"""
GREEN, RED = "rgb(10, 92, 43)", "rgb(161, 18, 18)"


def shown(folder: Path, pack: bytes, told: str, language: str) -> str:
    """The page's elements once a pack and a card were given in that language."""
    given = [json.dumps(one) for one in (base64.b64encode(pack).decode(), told, language)]
    file = folder / "verify.html"
    file.write_text(page().decode().replace("</body>", FILL % tuple(given)), encoding="utf-8")
    command = [CHROMIUM or "", "--headless=new", "--no-sandbox", "--disable-gpu",
               f"--user-data-dir={folder / 'profile'}", "--virtual-time-budget=8000",
               "--dump-dom", file.as_uri()]  # fmt: skip
    done = subprocess.run(command, capture_output=True, timeout=60, check=True)
    return done.stdout.decode()


def verdict(dom: str) -> tuple[str, str]:
    """What the page says, and the colour that it says it in."""
    said = re.search(r'<p id="verdict"[^>]*>([^<]*)</p>', dom)
    colour = re.search(r'data-colour="([^"]*)"', dom)
    assert said, "no verdict shown"
    assert colour, "the page's script did not end"
    return said[1], colour[1]


def test_green_red_and_right_to_left(tmp_path: Path) -> None:
    """A good pack is green, one changed byte red, another log's card red and named; Arabic runs
    right to left; the limits end each."""
    Rig(tmp_path).pack(tmp_path / "one.azpack")
    good = (tmp_path / "one.azpack").read_bytes()
    changed = bytearray(good)
    changed[len(good) // 2] ^= 1
    fr = shown(tmp_path, good, card(KEY.verifier), "fr")
    ar = shown(tmp_path, bytes(changed), card(KEY.verifier), "ar")
    en = shown(tmp_path, good, card(signer(seed=2).verifier), "en")

    assert ("✔ VÉRIFIÉ" in verdict(fr)[0], verdict(fr)[1]) == (True, GREEN)
    assert ("✘ لم يتم التحقق" in verdict(ar)[0], verdict(ar)[1]) == (True, RED)
    assert 'dir="rtl"' in ar
    assert ("✘ NOT VERIFIED" in verdict(en)[0], verdict(en)[1]) == (True, RED)
    assert "the key inside is not the one you gave" in en
    for dom in (fr, ar, en):
        assert dom.count("<li>", dom.index('id="limits"')) >= 5
