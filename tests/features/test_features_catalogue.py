import pytest

from sodai.features import Feature, catalogue
from sodai.settings import Settings, load_settings

FAMILIES = ("pair", "quantity", "customer", "product", "family", "neighbours", "calendar", "static")


@pytest.fixture(scope="module")
def features(settings: Settings) -> tuple[Feature, ...]:
    return catalogue(settings)


def test_at_least_eighty_besides_the_attributes(features: tuple[Feature, ...]) -> None:
    assert sum(f.family != "static" for f in features) >= 80


def test_names_are_unique_and_begin_with_their_family(features: tuple[Feature, ...]) -> None:
    names = [f.name for f in features]
    assert len(set(names)) == len(names)
    assert all(f.name.startswith(f"{f.family}_") for f in features)
    assert {f.family for f in features} == set(FAMILIES)


def test_each_says_what_it_means_in_one_line_and_in_what_unit(features: tuple[Feature, ...]) -> None:
    for feature in features:
        assert feature.meaning.endswith((".", ")", ":")), feature
        assert "\n" not in feature.meaning, feature
        assert feature.unit, feature
        assert feature.kind in {"numeric", "categorical"}


def test_attributes_come_from_settings() -> None:
    settings = load_settings(
        customers={"categorical": ("income",), "numeric": ("household_size",), "place": (), "type": None},
        products={"categorical": ("department",), "numeric": (), "family": (), "group": None, "brand": None},
    )
    static = [(f.name, f.kind) for f in catalogue(settings) if f.family == "static"]
    assert static == [
        ("static_customer_income", "categorical"),
        ("static_customer_household_size", "numeric"),
        ("static_product_department", "categorical"),
    ]
