"""``sodai keys``: a key is shown once, listed without its secret, and taken back."""

import json
from pathlib import Path

from cli_help import sodai


def test_a_key_is_made_listed_and_taken_back(tmp_path: Path) -> None:
    made = json.loads(
        sodai("keys", "create", "sales", "--scopes", "read,score", "--home", tmp_path, "--json").out
    )
    assert made["scopes"] == ["read", "score"]
    shown = sodai("keys", "list", "--home", tmp_path)
    assert "sales" in shown.out
    assert made["key"] not in shown.out
    assert sodai("keys", "revoke", "sales", "--home", tmp_path).code == 0
    assert json.loads(sodai("keys", "list", "--home", tmp_path, "--json").out)[0]["revoked"]


def test_what_makes_no_sense_is_bad_usage(tmp_path: Path) -> None:
    assert sodai("keys", "create", "x", "--scopes", "fly", "--home", tmp_path).code == 2
    assert sodai("keys", "revoke", "nobody", "--home", tmp_path).code == 2
    assert sodai("keys", "list", "--home", tmp_path / "nowhere").code == 2
    assert sodai("serve", "--home", tmp_path / "nowhere").code == 2
    refused = sodai("serve", "--home", tmp_path, "--host", "192.0.2.1")
    assert refused.code == 2
    assert "API key" in refused.err
