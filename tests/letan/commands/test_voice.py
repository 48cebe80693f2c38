def test_voice_check_speaks_and_says_what_is_missing(letan, listener, monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setenv("COLUMNS", "200")
    code, out, _ = letan("voice", "check", "--site", "cua_nam")
    assert code == 1, "the Vietnamese model is no package"
    assert "works" in out
    assert "there is no Vosk model" in out
    listener.wait_for(lambda samples: abs(samples).max() > 0.1)


def test_voice_check_names_the_languages_there_are(letan):
    code, _, err = letan("voice", "check", "--language", "fr")
    assert code == 2
    assert "vi, en" in err
