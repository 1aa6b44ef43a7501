"""What a feature means, for a person, in both languages: English from the catalogue, Spanish from here."""

import re
from collections.abc import Iterable, Mapping
from typing import Final, Protocol

from sodai.learning.explanation.wording import Language, Phrase
from sodai.settings.model import Label


class Described(Protocol):
    """What a meaning needs of a feature of the catalogue."""

    @property
    def name(self) -> str:
        """Column name."""

    @property
    def meaning(self) -> str:
        """One English sentence."""


_SPANISH: Final = (
    (r"pair_purchases", "Días en que el cliente compró el producto"),
    (r"pair_recency_days", "Días desde la última compra del par"),
    (r"pair_tenure_(?:days|weeks)", "Tiempo desde la primera compra del par"),
    (r"pair_interval_mean_days", "Media de días entre dos compras del par"),
    (r"pair_interval_sd_days", "Desviación de los días entre dos compras"),
    (r"pair_interval_last_days", "Días entre las dos últimas compras"),
    (r"pair_interval_min_days", "Intervalo más corto entre dos compras"),
    (r"pair_interval_max_days", "Intervalo más largo entre dos compras"),
    (r"pair_interval_recent_days", "Intervalo medio reciente del par"),
    (r"pair_intervals_survived", "Intervalos pasados tan largos como la espera actual"),
    (r"pair_hazard_.*", "De los intervalos que duraron tanto, parte que terminó en la semana siguiente"),
    (r"pair_overdue_ratio", "Días desde la última compra sobre el intervalo medio"),
    (r"pair_overdue_recent_ratio", "Días desde la última compra sobre el intervalo medio reciente"),
    (r"pair_overdue_deviations", "Atraso respecto del intervalo medio, en desviaciones"),
    (r"pair_days_until_due", "Días que faltan para el intervalo medio (negativo: atrasado)"),
    (r"pair_interval_variation", "Irregularidad del intervalo (0: como un reloj)"),
    (r"pair_interval_mean_orders", "Media entre dos compras del par, contada en pedidos del cliente"),
    (r"pair_orders_since", "Pedidos del cliente desde la última compra del par"),
    (r"pair_overdue_orders_ratio", "Pedidos desde la última compra sobre el intervalo medio en pedidos"),
    (r"pair_decayed_orders", "Pedidos recientes del cliente con el producto"),
    (r"pair_bought_week_(\d+)", "Si el par se compró en la semana {n} antes del origen"),
    (r"pair_weeks_bought_(\d+)", "Semanas con compra entre las últimas {n}"),
    (r"pair_decayed_weeks_(\d+)", "Semanas con compra, con peso que cae a la mitad cada {n:weeks}"),
    (r"pair_frequency_(\d+)", "Parte de las semanas con compra, en a lo más {n:weeks}"),
    (r"pair_acceleration", "Frecuencia reciente sobre la de largo plazo"),
    (r"quantity_last", "Unidades de la última compra"),
    (r"quantity_mean", "Unidades medias de una compra"),
    (r"quantity_max", "Compra más grande"),
    (r"quantity_total", "Todas las unidades que compró el par"),
    (r"quantity_before_last", "Unidades compradas antes de la última compra"),
    (r"quantity_span_days", "Días entre la primera y la última compra"),
    (r"quantity_age_last_days", "Días desde la última compra, como reloj de la cobertura"),
    (r"quantity_decayed_(\d+)", "Unidades compradas, con peso que cae a la mitad cada {n:weeks}"),
    (r"quantity_rate_week", "Unidades que usa por semana"),
    (r"quantity_cover_days", "Días que dura la última compra al ritmo habitual"),
    (r"quantity_cover_days_left", "Días de cobertura que quedan (negativo: debería haberse acabado)"),
    (r"quantity_last_ratio", "Última compra sobre la compra media"),
    (r"quantity_stock_ratio", "Unidades recientes sobre el uso semanal: qué tan llena está la repisa"),
    (r"quantity_returns", "Veces que el par devolvió unidades"),
    (r"quantity_return_recency_days", "Días desde la última devolución"),
    (r"customer_recency_days", "Días desde el último pedido del cliente"),
    (r"customer_tenure_days", "Días desde el primer pedido del cliente"),
    (r"customer_interval_mean_days", "Media de días entre dos pedidos"),
    (r"customer_interval_sd_days", "Desviación de los días entre dos pedidos"),
    (r"customer_interval_recent_days", "Intervalo medio reciente entre pedidos"),
    (
        r"customer_hazard_.*",
        "De los intervalos entre pedidos que duraron tanto, parte que terminó en la semana",
    ),
    (r"customer_items_mean", "Unidades medias de un pedido"),
    (r"customer_products_last", "Productos del último pedido"),
    (r"customer_orders_(\d+)", "Días con pedido en las últimas {n:weeks}"),
    (r"customer_overdue_ratio", "Días desde el último pedido sobre el intervalo medio"),
    (r"customer_products_week_(\d+)", "Productos comprados en la semana {n} antes del origen"),
    (r"customer_active_weeks_(\d+)", "Semanas con compras entre las últimas {n}"),
    (r"customer_decayed_weeks_(\d+)", "Semanas activas, con peso que cae a la mitad cada {n:weeks}"),
    (
        r"customer_decayed_exposure_(\d+)",
        "Semanas desde la primera compra, con peso que cae a la mitad cada {n:weeks}",
    ),
    (r"customer_basket_mean", "Productos medios de una semana activa"),
    (r"customer_basket_recent", "Productos recientes de una semana activa"),
    (r"customer_novelties_(\d+)", "Productos comprados por primera vez en las últimas {n:weeks}"),
    (r"customer_trend", "Actividad de las últimas 4 semanas sobre la de las últimas 26"),
    (r"customer_orders", "Pedidos que el cliente ha hecho"),
    (r"customer_interval_last_days", "Días entre los dos últimos pedidos"),
    (r"customer_weekday_share", "Parte de los pedidos que cae en su día habitual"),
    (r"customer_visit_share", "Parte de las últimas 13 semanas con pedido ese mismo día"),
    (r"customer_stock_ratio", "Unidades de los últimos días sobre su flujo habitual"),
    (r"customer_overdue_deviations", "Atraso respecto del intervalo entre pedidos, en desviaciones"),
    (r"customer_overdue_recent_ratio", "Días desde el último pedido sobre el intervalo reciente"),
    (r"customer_products", "Productos distintos que el cliente ha comprado"),
    (r"customer_products_(\d+)", "Productos distintos comprados en las últimas {n:weeks}"),
    (r"customer_repeat_share", "Parte de sus productos que compró en más de una semana"),
    (r"product_buyers_week_(\d+)", "Clientes que compraron el producto en la semana {n} antes del origen"),
    (r"product_share_(\d+)", "Parte semanal de los clientes activos que lo compró, en {n:weeks}"),
    (r"product_novices_(\d+)", "Clientes que lo compraron por primera vez en {n:weeks}"),
    (r"product_age_weeks", "Semanas desde la primera venta del producto"),
    (r"product_idle_weeks", "Semanas desde la última venta del producto"),
    (r"product_weeks_sold_(\d+)", "Semanas con ventas entre las últimas {n}"),
    (r"product_share_decayed", "Parte reciente de los clientes activos que lo compró"),
    (r"product_items_mean", "Unidades medias de un cliente en una semana con el producto"),
    (r"product_trend", "Compradores de la última semana sobre la media de las últimas 4"),
    (r"product_trend_long", "Compradores de las últimas 4 semanas sobre la media de las últimas 13"),
    (r"product_idle_days", "Días desde la última venta del producto a cualquier cliente"),
    (r"product_buyers_days_3", "Compras en los últimos tres días"),
    (r"product_momentum", "Compradores de los últimos días sobre los de las últimas semanas"),
    (r"product_type_share_(\d+)", "Parte de los clientes del mismo tipo que lo compró, en {n:weeks}"),
    (r"product_type_novices_(\d+)", "Compradores nuevos del mismo tipo en {n:weeks}"),
    (r"product_market_trend", "Compras de todo el mercado sobre su media de 8 semanas"),
    (r"product_market_active_trend", "Clientes activos sobre su media de 8 semanas"),
    (r"family_recency_days", "Días desde que el cliente compró algún código de la familia"),
    (r"family_interval_mean_days", "Media de días entre dos compras de la familia"),
    (r"family_interval_recent_days", "Intervalo medio reciente de la familia"),
    (
        r"family_hazard_.*",
        "De los intervalos de la familia que duraron tanto, parte que terminó en la semana",
    ),
    (r"family_overdue_ratio", "Días desde la compra de la familia sobre su intervalo medio"),
    (r"family_weeks_bought_(\d+)", "Semanas con compra de la familia entre las últimas {n}"),
    (
        r"family_decayed_weeks_(\d+)",
        "Semanas con compra de la familia, con peso que cae a la mitad cada {n:weeks}",
    ),
    (r"family_code_share_(\d+)", "Parte del código entre los compradores de su familia, en {n:weeks}"),
    (r"family_active_codes", "Códigos de la familia con ventas en las últimas 4 semanas"),
    (r"family_code_lag_weeks", "Semanas que el código lleva al más nuevo de su familia"),
    (r"family_code_lead", "Compradores del código sobre los del código líder de su familia"),
    (r"family_code_share_trend", "Cuánto gana el código dentro de su familia"),
    (r"family_code_share_now", "Parte actual del código en las compras de su familia"),
    (r"family_code_idle_lag_days", "Días sin vender el código mientras su familia sí se vende"),
    (r"family_expected_now", "Semanas recientes de la familia por la parte actual del código en ella"),
    (r"family_group_recency_weeks", "Semanas desde que el cliente compró algo del mismo grupo"),
    (r"family_group_decayed_weeks", "Semanas recientes con compra del mismo grupo"),
    (r"family_group_products_(\d+)", "Compras de productos del mismo grupo en las últimas {n:weeks}"),
    (r"family_brand_recency_weeks", "Semanas desde que el cliente compró algo de la misma marca"),
    (r"family_brand_decayed_weeks", "Semanas recientes con compra de la misma marca"),
    (r"family_last_is_this", "Si la última compra de la familia fue este código"),
    (r"family_sibling_weeks_(\d+)", "Semanas de las últimas {n} con otro código de la familia y no este"),
    (r"family_expected_weeks", "Semanas recientes de la familia por la parte del código en ella"),
    (r"neighbours_place_buyers_(\d+)", "Compras de los clientes más cercanos en {n:weeks}"),
    (r"neighbours_place_novices_(\d+)", "Clientes cercanos que lo compraron por primera vez en {n:weeks}"),
    (r"neighbours_place_active_(\d+)", "Actividad de los clientes más cercanos en {n:weeks}"),
    (r"neighbours_place_weeks?_(\d+)", "Parte de los clientes cercanos que lo compró en {n:weeks}"),
    (
        r"neighbours_taste_weeks?_(\d+)_max",
        "Parte de quienes llevan el producto más afín que lo compró en {n:weeks}",
    ),
    (
        r"neighbours_taste_novices_max",
        "Parte de quienes llevan el producto más afín que lo empezó a comprar",
    ),
    (
        r"neighbours_taste_weeks?_(\d+)",
        "Parte de quienes llevan lo mismo que lo compró en {n:weeks}",
    ),
    (r"neighbours_taste_together", "Cuánto más llevan el producto quienes llevan lo mismo que el cliente"),
    (r"neighbours_taste_novices", "Parte de quienes llevan lo mismo que lo empezó a comprar"),
    (r"neighbours_place_activity", "Clientes cercanos activos sobre su media de 4 semanas"),
    (r"calendar_holidays", "Feriados en los días que se predicen"),
    (r"calendar_holidays_after", "Feriados en la semana siguiente"),
    (r"calendar_holidays_before", "Feriados en la semana anterior"),
    (r"calendar_days_to_holiday", "Días hasta el próximo feriado"),
    (r"calendar_month_day", "Día del mes"),
    (r"calendar_month_ends", "Si termina el mes"),
    (r"calendar_year_.*", "Época del año"),
)
_COMPILED: Final = tuple((re.compile(pattern), text) for pattern, text in _SPANISH)
_SPEAK: Final = Phrase("es")
_ATTRIBUTE: Final = re.compile(r"static_(customer|product)_(.+)")


def attribute_of(feature: str) -> tuple[str, str] | None:
    """Side and column of an attribute's feature; None for any other feature.

    >>> attribute_of("static_product_brand")
    ('product', 'brand')
    """
    found = _ATTRIBUTE.fullmatch(feature)
    return (found[1], found[2]) if found else None


def label_of(column: str, labels: Mapping[str, Label], language: Language) -> str:
    """Return what a person calls a column: the label in the settings, else the name without underscores."""
    if column in labels:
        return labels[column].es if language == "es" else labels[column].en
    return column.replace("_", " ")


def spanish(feature: str) -> str | None:
    """Return the Spanish meaning of a computed feature, None where there is none."""
    for pattern, text in _COMPILED:
        found = pattern.fullmatch(feature)
        if found:
            return _SPEAK.fill(text, {"n": float(found[1])} if found.groups() else {})
    return None


class Meanings:
    """Meaning of every feature of a catalogue in both languages, without a final stop.

    Parameters
    ----------
    features : iterable of Feature
    labels : mapping of str to Label
        What attribute columns are called, ``settings.explanation.labels``.
    """

    def __init__(self, features: Iterable[Described], labels: Mapping[str, Label]) -> None:
        self._english = {f.name: f.meaning.rstrip(".") for f in features}
        self._labels = labels

    def of(self, feature: str, language: Language) -> str:
        """Return one phrase; a feature that the catalogue does not know is called by its name."""
        side = attribute_of(feature)
        if side:
            label = label_of(side[1], self._labels, language)
            owner = {
                "customer": ("del cliente", "of the customer"),
                "product": ("del producto", "of the product"),
            }
            text = f"{label} {owner[side[0]][language == 'en']}"
            return f"{text[0].upper()}{text[1:]}"
        if language == "es":
            return spanish(feature) or feature.replace("_", " ")
        return self._english.get(feature) or feature.replace("_", " ")
