"""Search over customers and products, by words and by attributes."""

from typing import Any

from serving_help import Served


def ids(served: Served, kind: str, **query: Any) -> set[Any]:
    answer = served.get(f"/v1/{kind}", params={"limit": 100, **query}).json()
    found = {one[f"{kind[:-1]}_id"] for one in answer[kind]}
    assert answer["total"] == len(found)
    return found


def test_values_of_one_attribute_are_any_and_attributes_are_all(shared: Served) -> None:
    fields = [one for one in shared.get("/v1/fields").json()["products"] if len(one["values"]) > 1][:2]
    (name, first, second), (other, third, _) = ((one["name"], *one["values"][:2]) for one in fields)
    by = {value: ids(shared, "products", where=f"{name}:{value}") for value in (first, second)}
    both = ids(shared, "products", where=[f"{name}:{first}", f"{name}:{second}"])
    assert both == by[first] | by[second]
    assert min(map(len, by.values())) > 0
    of_other = ids(shared, "products", where=f"{other}:{third}")
    assert ids(shared, "products", where=[f"{name}:{first}", f"{other}:{third}"]) == by[first] & of_other
