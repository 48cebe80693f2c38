"""The robot's devices at the command line."""

import json

PARTS = ["loudspeaker", "microphone", "speech synthesiser", "voice", "ears", "music", "printer"]


def test_the_doctor_names_every_part_what_is_wrong_and_what_to_do(letan, no_sound_card, monkeypatch):
    monkeypatch.setenv("COLUMNS", "200")
    code, out, _ = letan("doctor", "--site", "cua_nam")
    assert code == 1
    for words in (*PARTS, "there is no Vosk model", "Plug in"):
        assert words in out


def test_the_doctor_answers_an_object_a_part(letan, no_sound_card):
    code, out, _ = letan("doctor", "--json")
    findings = [json.loads(line) for line in out.splitlines()]
    assert code == 1
    assert [finding["part"] for finding in findings] == PARTS
    assert all(finding["advice"] for finding in findings if finding["trouble"])
    assert "no Vosk model" in findings[PARTS.index("ears")]["trouble"]
