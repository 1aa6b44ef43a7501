"""Who may ask: keys with scopes, kept as hashes; open on loopback alone; not more often than allowed."""

from pathlib import Path

import pytest
from serving_help import Served, serving, settings_of

from sodai.serving.access import KeyBook, RateLimit, Scope
from sodai.serving.server import is_loopback, serve
from sodai.settings import UsageError
from sodai.settings.services import LimitSettings


def bearer(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"}


ROUTES = [
    ("GET", "/v1/segments", Scope.READ),
    ("GET", "/v1/events", Scope.READ),
    ("POST", "/v1/predict", Scope.SCORE),
    ("POST", "/v1/score", Scope.SCORE),
    ("POST", "/v1/events", Scope.WRITE),
]


def test_each_scope_opens_its_routes_and_no_other(home: Path) -> None:
    book = KeyBook(home)
    keys = {scope: book.create(scope, [scope])[0] for scope in Scope}
    with serving(home) as served:
        for method, path, needed in ROUTES:
            for scope, key in keys.items():
                status = served.client.request(method, path, headers=bearer(key)).status_code
                assert (status == 403) == (scope not in (needed, Scope.ADMIN)), (path, scope, status)
            assert served.client.request(method, path).status_code == 401
            assert served.client.request(method, path, headers=bearer("sodai_x_y")).status_code == 401
            by_header = served.client.request(method, path, headers={"X-API-Key": keys[needed]})
            assert by_header.status_code not in (401, 403)


def test_a_revoked_key_stops_working_while_we_run(home: Path) -> None:
    key, record = KeyBook(home).create("sales", [Scope.READ])
    with serving(home) as served:
        assert served.get("/v1/segments", headers=bearer(key)).status_code == 200
        KeyBook(home).revoke("sales")
        served.services.keys.refresh()
        assert served.get("/v1/segments", headers=bearer(key)).status_code == 401
        assert served.get("/v1/segments").status_code == 401, "revoking the last key must not open the door"
    assert record.id in key


def test_keys_are_kept_as_hashes_that_only_the_owner_reads(tmp_path: Path) -> None:
    key, _ = KeyBook(tmp_path).create("sales", [Scope.READ])
    file = tmp_path / "serving" / "keys.json"
    assert key not in file.read_text()
    assert key.split("_", 2)[2] not in file.read_text()
    assert file.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(("name", "scopes"), [("", [Scope.READ]), ("sales", [])])
def test_a_key_needs_a_name_and_a_scope(tmp_path: Path, name: str, scopes: list[Scope]) -> None:
    with pytest.raises(UsageError, match="needs a name"):
        KeyBook(tmp_path).create(name, scopes)


def test_two_keys_in_use_have_two_names(tmp_path: Path) -> None:
    book = KeyBook(tmp_path)
    book.create("sales", [Scope.READ])
    with pytest.raises(UsageError, match="in use"):
        book.create("sales", [Scope.READ])
    book.revoke("sales")
    book.create("sales", [Scope.READ])
    with pytest.raises(UsageError, match="no key in use"):
        book.revoke("marketing")


def test_without_keys_other_addresses_are_not_served(home: Path) -> None:
    with pytest.raises(UsageError, match="can be reached by others"):
        serve(home, settings_of(host="192.0.2.7"))
    book = KeyBook(home)
    book.create("sales", [Scope.READ])
    book.revoke("sales")
    with pytest.raises(UsageError, match="can be reached by others"):
        serve(home, settings_of(host="192.0.2.1"))


@pytest.mark.parametrize(
    ("host", "only_here"),
    [
        ("127.0.0.1", True),
        ("127.8.8.8", True),
        ("::1", True),
        ("192.0.2.1", False),
        ("::", False),
        ("sodai.example", False),
    ],
)
def test_loopback_is_told_from_other_addresses(host: str, only_here: bool) -> None:
    assert is_loopback(host) is only_here


def test_where_others_reach_us_no_key_means_no_answer(home: Path) -> None:
    with serving(home, is_open=False) as served:
        assert served.get("/v1/segments").status_code == 401
        assert served.get("/readyz").status_code == 200


def test_without_keys_only_the_loopback_name_is_answered(shared: Served) -> None:
    assert shared.get("/v1/segments", headers={"Host": "evil.example"}).status_code == 421
    assert shared.get("/v1/segments", headers={"Host": f"localhost:{shared.port}"}).status_code == 200
    assert shared.get("/v1/segments", headers={"Host": f"[::1]:{shared.port}"}).status_code == 200


def test_each_key_has_a_rate_of_its_own(home: Path) -> None:
    book = KeyBook(home)
    often, seldom = (book.create(name, [Scope.READ])[0] for name in ("often", "seldom"))
    with serving(home, settings_of(limits={"per_second": 0.01, "burst": 3})) as served:
        statuses = [served.get("/v1/segments", headers=bearer(often)).status_code for _ in range(5)]
        assert statuses == [200, 200, 200, 429, 429]
        refused = served.get("/v1/segments", headers=bearer(often))
        assert int(refused.headers["Retry-After"]) > 60
        assert served.get("/v1/segments", headers=bearer(seldom)).status_code == 200


def test_a_bucket_fills_again_up_to_its_burst() -> None:
    now = [0.0]
    limit = RateLimit(LimitSettings(per_second=2, burst=2), clock=lambda: now[0])
    assert [limit.take("a") for _ in range(3)] == [0.0, 0.0, 0.5]
    now[0] = 0.5
    assert [limit.take("a") for _ in range(2)] == [0.0, 0.5]
    now[0] = 1000.0
    assert [limit.take("a") > 0 for _ in range(3)] == [False, False, True]


def test_other_sites_may_not_call_from_a_browser_unless_told(home: Path) -> None:
    origin = {"Origin": "https://page.example"}
    with serving(home) as served:
        assert "access-control-allow-origin" not in served.get("/v1/segments", headers=origin).headers
    with serving(home, settings_of(cors_origins=["https://page.example"])) as served:
        allowed = served.get("/v1/segments", headers=origin).headers
        assert allowed["access-control-allow-origin"] == "https://page.example"
