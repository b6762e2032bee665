"""The public interface changes on purpose only."""

from support import api


def test_public_interface_is_the_recorded_one():
    """Bug caught: a renamed argument or a changed default that users find out about; `make api` records a change."""
    assert api.snapshot().splitlines() == api.SNAPSHOT.read_text(encoding="utf-8").splitlines()


def test_a_signature_shows_names_and_defaults():
    """Bug caught: a snapshot that does not see a changed default."""

    def call(X, y=None, *, tol: float = 1e-4) -> int:
        raise NotImplementedError

    assert api.signature(call) == "(X, y=None, *, tol=0.0001)"
