"""What `letan trees check` says with the shipped site around a tree: its languages, and the files beside it."""

HEAD = "tree: main\nabout: A test.\n"


def test_a_language_that_the_site_does_not_speak_is_told_with_those_that_it_does(letan, write):
    path = write(HEAD + "root:\n  hold:\n  when: visit.language == 'fr' or visit.language == 'vi'\n")
    code, out, _ = letan("trees", "check", path)
    assert code == 2
    assert "main.yaml:5:27: `visit.language` is never 'fr' but one of '', 'vi', 'en'" in out
    assert out.splitlines()[-1] == "1 tree checked, 1 error, 0 warnings"


def test_a_tree_called_with_the_ending_of_its_file_is_found_for_the_designer(letan, write, tmp_path):
    path = write(HEAD + "root: {tree: greet}\n")
    (tmp_path / "greet.yml").write_text("tree: greet\nabout: Greets.\nroot: hold\n", encoding="utf-8")
    assert (
        "there is no tree `greet` beside this file: rename `greet.yml` to `greet.yaml`"
        in letan("trees", "check", path)[1]
    )
