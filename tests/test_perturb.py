"""Constants are found where they stand, and moved without touching anything else."""

from bench.perturb import constants, mirror_of, moved

SOURCE = "import re\nLIMIT = 10  # pages\nLOW, HIGH = 0.5, 2\nWORD = re.compile('x')\nON = True\nNAME = 'é'; FEW = 1\n"


def test_every_number_at_the_top_of_a_file_is_found() -> None:
    found = list(constants(SOURCE, "a.py"))
    assert [(c.name, c.value) for c in found] == [("LIMIT", 10), ("LOW", 0.5), ("HIGH", 2), ("FEW", 1)]


def test_a_moved_number_changes_alone_and_a_whole_one_stays_whole() -> None:
    limit, low, _high, few = constants(SOURCE, "a.py")
    assert moved(SOURCE, limit, 1.4) == SOURCE.replace("LIMIT = 10", "LIMIT = 14")
    assert moved(SOURCE, low, 0.6) == SOURCE.replace("0.5", "0.3")
    assert moved(SOURCE, few, 1.4) == SOURCE.replace("FEW = 1", "FEW = 2")
    assert moved(SOURCE, few, 0.6) == SOURCE.replace("FEW = 1", "FEW = 0")


def test_tests_mirror_a_module_or_its_package() -> None:
    assert mirror_of("ingest/structure/labels.py") == "tests/ingest/structure/test_labels.py"
    assert mirror_of("ingest/structure/section_start.py") == "tests/ingest/structure"
