"""One view as pictures."""

from sat2density.export.view_files import write_view
from sat2density.light.lighting import Lighting
from sat2density.views import Camera


def test_names_are_the_files(scene, tmp_path):
    names = write_view(scene.render(Camera(), Lighting.preset("dusk")), scene, tmp_path)
    assert sorted(names) == sorted(path.name for path in tmp_path.iterdir())
    assert names[0] == "panorama.png"


def test_without_a_light_there_is_no_picture(scene, tmp_path):
    names = write_view(scene.project(Camera()), scene, tmp_path)
    assert "panorama.png" not in names
    assert sorted(names) == sorted(path.name for path in tmp_path.iterdir())
