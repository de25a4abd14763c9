"""What commands do around their work: Ctrl-C, summaries."""

import json
import os
import signal
import threading

import pytest

from sat2density.apps.session import (
    finish,
    gentle_interrupt,
    progress,
    stoppable_progress,
    tidy_termination,
)
from sat2density.files import output_folder


def test_first_ctrl_c_asks_second_interrupts():
    with pytest.raises(KeyboardInterrupt), gentle_interrupt() as interrupt:
        assert not interrupt.asked
        os.kill(os.getpid(), signal.SIGINT)
        assert interrupt.asked
        os.kill(os.getpid(), signal.SIGINT)


def test_the_old_handler_comes_back():
    before = signal.getsignal(signal.SIGINT)
    with gentle_interrupt():
        assert signal.getsignal(signal.SIGINT) is not before
    assert signal.getsignal(signal.SIGINT) is before


def test_outside_the_main_thread_it_does_nothing():
    seen = []

    def work():
        with gentle_interrupt() as interrupt:
            seen.append(interrupt.asked)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert seen == [False]


def test_termination_runs_the_clean_up(tmp_path):
    """An unfinished output folder is taken away, and the code says which signal it was."""
    with (
        pytest.raises(SystemExit) as leaving,
        tidy_termination(),
        output_folder(tmp_path / "out") as staging,
    ):
        (staging / "half.txt").write_text("half")
        os.kill(os.getpid(), signal.SIGTERM)
    assert leaving.value.code == 128 + signal.SIGTERM
    assert list(tmp_path.iterdir()) == []


def test_finish_lists_files_and_writes_the_summary(tmp_path, capsys):
    finish(tmp_path / "out", ["a.png", "b.png"], {"weights": "x"}, tmp_path / "s.json")
    listed = capsys.readouterr().out.split()
    assert listed == [str(tmp_path / "out" / "a.png"), str(tmp_path / "out" / "b.png")]
    assert json.loads((tmp_path / "s.json").read_text()) == {"weights": "x", "files": listed}


def test_progress_says_nothing_where_nobody_watches(capsys):
    with progress("frames", 3) as advance:
        advance()
    assert capsys.readouterr() == ("", "")


def test_ctrl_c_stops_after_the_piece_it_was_pressed_in():
    with (
        pytest.raises(KeyboardInterrupt, match="interrupted after 2 of 5 frames"),
        stoppable_progress("frames") as tell,
    ):
        tell(1, 5)
        os.kill(os.getpid(), signal.SIGINT)
        tell(2, 5)


def test_ctrl_c_in_the_last_piece_changes_nothing():
    with stoppable_progress("frames") as tell:
        os.kill(os.getpid(), signal.SIGINT)
        tell(5, 5)
