"""Writing results: complete or absent, never half-written, never over somebody's work by
accident.

- `atomic_path`: one file.
- `output_folder`: a folder of results.
- `written_together`: several files with one meaning.
- `locked`: a folder that one run at a time writes into, piece by piece.
- `repair`: before reading what `written_together` wrote.

All of them write in a private folder beside the goal, `.NAME.xxxxxxxxxxxx.partial`, locked as long
as its process lives (`work`). What a killed run leaves of it is removed by the next run.
"""

from sat2density.files.publishing import repair
from sat2density.files.work import remove_partial
from sat2density.files.writing import (
    atomic_path,
    check_output_file,
    check_output_folder,
    is_empty,
    locked,
    output_folder,
    reason,
    written_together,
)

__all__ = [
    "atomic_path",
    "check_output_file",
    "check_output_folder",
    "is_empty",
    "locked",
    "output_folder",
    "reason",
    "remove_partial",
    "repair",
    "written_together",
]
