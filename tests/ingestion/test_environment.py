"""Secrets come from variables, or from files that variables name."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingestion.environment import UnreadableFileError, value_of
from ingestion.personal.key import KEY_VARIABLE, KeyMissingError, key_from, key_from_environment
from ingestion.yaml_lines import read_yaml


def test_a_value_comes_from_its_variable_first_then_from_the_file(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("from the file\n")
    place = {"TOKEN_FILE": str(tmp_path / "token")}
    assert value_of("TOKEN", place) == "from the file"
    assert value_of("TOKEN", {**place, "TOKEN": "itself"}) == "itself"
    assert value_of("OTHER", place) is None


def test_a_configuration_takes_it_and_hides_it_in_messages(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("very-secret\n")
    document = read_yaml("token: ${TOKEN}", {"TOKEN_FILE": str(tmp_path / "token")})
    assert document.data == {"token": "very-secret"}
    assert document.redacted("who gave very-secret?") == "who gave ${TOKEN}?"


def test_a_file_that_is_not_there_is_told_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFileError, match="TOKEN_FILE names"):
        value_of("TOKEN", {"TOKEN_FILE": str(tmp_path / "none")})
    document = read_yaml("a: 1\ntoken: ${TOKEN}", {"TOKEN_FILE": str(tmp_path / "none")})
    (issue,) = document.issues
    assert document.line(issue.location) == 2
    assert "which cannot be read" in issue.message


def test_the_key_of_the_hashes_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(KEY_VARIABLE, raising=False)
    (tmp_path / "key").write_text("a key for tests, of no use elsewhere\n")
    monkeypatch.setenv(f"{KEY_VARIABLE}_FILE", str(tmp_path / "key"))
    assert key_from_environment().version == key_from("a key for tests, of no use elsewhere").version
    monkeypatch.setenv(f"{KEY_VARIABLE}_FILE", str(tmp_path / "none"))
    with pytest.raises(KeyMissingError, match="cannot be read"):
        key_from_environment()
