"""Private text at rest."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.vault import SealedError, Vault


@given(st.text())
def test_what_was_sealed_is_opened(words: str) -> None:
    vault = Vault(["a long random key"])
    sealed = vault.seal(words)
    assert vault.open(sealed) == words
    assert len(words) < 4 or words.encode() not in sealed


def test_a_new_key_writes_and_the_old_one_still_reads() -> None:
    old, rotated, new = Vault(["old"]), Vault(["new", "old"]), Vault(["new"])
    assert rotated.open(old.seal("态度")) == "态度"
    assert new.open(rotated.seal("态度")) == "态度"


def test_another_key_or_a_changed_row_opens_nothing() -> None:
    sealed = Vault(["one"]).seal("x")
    with pytest.raises(SealedError):
        Vault(["two"]).open(sealed)
    with pytest.raises(SealedError):
        Vault(["one"]).open(sealed[:-1] + b"A")
