"""An invented machine readable zone has check digits as good as the original, and none of it."""

from random import Random

import pytest

from azalai.errors import StepError
from azalai.mapping.invented_zone import same_zone
from azalai.mapping.mrz import read_zone

TD3 = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10"
TD1 = (
    "I<UTOD231458907<<<<<<<<<<<<<<<\n7408122F1204159UTO<<<<<<<<<<<6\nERIKSSON<<ANNA<MARIA<<<<<<<<<<"
)


@pytest.mark.parametrize("zone", [TD1, TD3])
@pytest.mark.parametrize("seed", range(20))
def test_an_invented_zone_reads_and_names_nobody_of_the_original(zone: str, seed: int) -> None:
    before, after = read_zone(zone), read_zone(same_zone(zone, 3, Random(seed)))

    assert after["nationality"] == before["nationality"]
    for part in ("number", "name", "birth_date", "expires_on"):
        assert after[part] != before[part]
    assert "ERIKSSON" not in after["name"]


def test_a_wrong_check_digit_stays_wrong() -> None:
    with pytest.raises(StepError):
        read_zone(same_zone(TD3.replace("C36UTO", "C35UTO"), 3, Random(1)))
