"""`letan site`: a place checked and drawn."""

import shutil

from PIL import Image


def test_the_shipped_site_is_sound_and_what_is_unconfirmed_is_counted(letan):
    code, out, _ = letan("site", "check", "cua_nam")
    assert code == 0
    assert "8 doors, 50 procedures, the floor plan is sound" in out
    assert "wait for the ward's word" in out
    assert "the map is that of the plan" in out


def test_a_mistake_is_told_with_its_place_and_a_missing_map_too(letan, site, tmp_path):
    copy = shutil.copytree(site.folder, tmp_path / "ward")
    plan = copy / "floor.yaml"
    plan.write_text(plan.read_text().replace("dock: [2.8, 0.5, 90]", "dock: [2.8, 0.5, -90]"))
    code, _, err = letan("site", "check", copy)
    assert code == 2
    assert "floor.yaml:26:7: it faces -90 degrees" in err
    shutil.rmtree(copy / "map")
    shutil.copyfile(site.folder / "floor.yaml", plan)
    code, _, err = letan("site", "check", copy)
    assert code == 1
    assert "map the hall first" in err


def test_a_plan_is_drawn(letan, tmp_path):
    code, _, _ = letan("site", "show", "cua_nam", "--out", tmp_path / "plan.png")
    assert code == 0
    with Image.open(tmp_path / "plan.png") as drawn:
        assert drawn.size == (856, 656)
