"""What the system says of its processor, on Linux and where it says nothing."""

import platform

from sat2density import processor

TOLD = """processor\t: 0
vendor_id\t: AuthenticAMD
cpu family\t: 25
model\t\t: 1
model name\t: AMD EPYC: a name

processor\t: 1
vendor_id\t: Other
"""


def test_the_first_processor_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr(processor, "INFO", tmp_path / "cpuinfo")
    processor.INFO.write_text(TOLD)
    assert (processor.vendor(), processor.name()) == ("AuthenticAMD", "AMD EPYC: a name")


def test_where_the_system_has_no_such_file(tmp_path, monkeypatch):
    monkeypatch.setattr(processor, "INFO", tmp_path / "missing")
    monkeypatch.setattr(platform, "processor", lambda: "")
    assert (processor.vendor(), processor.name()) == ("", platform.machine())
