"""The phrasebook of reasons: what a salesperson reads, Spanish and English side by side.

Within a group the first sentences are the most telling.
"""

from typing import Final

from sodai.learning.explanation.sentence import Condition, Known, Sentence, at_least, get


def _like_clockwork(known: Known) -> bool:
    steady = get(known, "pair_interval_variation", 9) <= 0.25 and get(known, "pair_purchases", 0) >= 4
    return steady and get(known, "pair_overdue_ratio", 9) <= 2


def _new_rhythm(known: Known) -> bool:
    mean, recent = (get(known, f"pair_interval_{kind}_days", 0) for kind in ("mean", "recent"))
    moved = mean > 0 and abs(recent / mean - 1) > 0.3
    return moved and get(known, "pair_recency_days", 999) <= max(3 * recent, recent + 14)


def _still_buys(kind: str) -> Condition:
    """Require that the last purchase is not so long ago that its rhythm is history."""

    def holds(known: Known) -> bool:
        interval = get(known, f"{kind}_interval_mean_days", 0)
        return get(known, f"{kind}_recency_days", 999) <= max(3 * interval, interval + 14)

    return holds


def _used_up(known: Known) -> bool:
    return get(known, "quantity_cover_days_left", 1) <= 0 and get(known, "quantity_cover_days", 366) < 365


def _running_out(known: Known) -> bool:
    return 0 < get(known, "quantity_cover_days_left", 0) <= 7


def _leads(known: Known) -> bool:
    return get(known, "family_code_lead", 0) >= 1 and get(known, "family_active_codes", 0) >= 2


def _takes_over(known: Known) -> bool:
    return get(known, "family_code_share_trend", 0) >= 0.05 and get(known, "family_active_codes", 0) >= 2


def _youngest(known: Known) -> bool:
    return get(known, "family_code_lag_weeks", 1) == 0 and get(known, "family_active_codes", 0) >= 2


# Where the family is this product alone, its push is the rhythm's own.
_IN_DAYS: Final = (
    "pair_interval_mean_days",
    "pair_interval_sd",
    "pair_interval_last",
    "pair_interval_min",
    "pair_interval_max",
    "pair_interval_recent",
    "pair_interval_variation",
    "pair_overdue_ratio",
    "pair_overdue_recent",
    "pair_overdue_deviations",
    "pair_hazard",
    "pair_days_until",
    "family_",
)

_PAIR: Final = (
    Sentence(
        "rhythm",
        "lo compra con regularidad, {pair_interval_mean_days:every}, y la última vez fue hace"
        " {pair_recency_days:days}",
        "buys it like clockwork, {pair_interval_mean_days:every}, last {pair_recency_days:days} ago",
        about=_IN_DAYS,
        when=_like_clockwork,
    ),
    Sentence(
        "rhythm",
        "últimamente lo compra {pair_interval_recent_days:every}, la última vez hace"
        " {pair_recency_days:days}",
        "lately buys it {pair_interval_recent_days:every}, last {pair_recency_days:days} ago",
        about=_IN_DAYS,
        when=_new_rhythm,
    ),
    Sentence(
        "rhythm",
        "lo compra {pair_interval_mean_days:every}, la última vez hace {pair_recency_days:days}",
        "buys it {pair_interval_mean_days:every}, last {pair_recency_days:days} ago",
        about=_IN_DAYS,
        when=_still_buys("pair"),
    ),
    Sentence(
        "rhythm",
        "lo lleva {pair_interval_mean_orders:en todos sus pedidos|cada # pedidos}",
        "buys it {pair_interval_mean_orders:with every order|every # orders}",
        about=("pair_interval_mean_orders", "pair_overdue_orders"),
        when=lambda known: get(known, "pair_orders_since", 9) <= get(known, "pair_interval_mean_orders", 0),
    ),
    Sentence(
        "recency",
        "lo compró por primera vez hace {pair_recency_days:days}",
        "bought it for the first time {pair_recency_days:days} ago",
        when=lambda known: get(known, "pair_purchases", 0) == 1,
    ),
    Sentence(
        "recency",
        "lo compró hace {pair_recency_days:days}",
        "bought it {pair_recency_days:days} ago",
        when=lambda known: get(known, "pair_recency_days", 999) <= 60,
    ),
    Sentence(
        "frequency",
        "lo compró en {pair_weeks_bought_4:number} de las últimas 4 semanas",
        "bought it in {pair_weeks_bought_4:number} of the last 4 weeks",
        about=("pair_weeks_bought_4", "pair_decayed_weeks_2", "pair_decayed_weeks_4"),
        when=at_least("pair_weeks_bought_4", 2),
    ),
    Sentence(
        "frequency",
        "lo compró en {pair_weeks_bought_13:number} de las últimas 13 semanas",
        "bought it in {pair_weeks_bought_13:number} of the last 13 weeks",
        about=("pair_weeks_bought_8", "pair_weeks_bought_13", "pair_decayed_weeks_8", "pair_frequency_13"),
        when=at_least("pair_weeks_bought_13", 2),
    ),
    Sentence(
        "frequency",
        "lo compró en {pair_weeks_bought_52:number} de las últimas 52 semanas",
        "bought it in {pair_weeks_bought_52:number} of the last 52 weeks",
        about=("pair_weeks_bought_26", "pair_weeks_bought_52", "pair_decayed_weeks_16", "pair_frequency_52"),
        when=at_least("pair_weeks_bought_52", 2),
    ),
    Sentence(
        "frequency",
        "lo compra más seguido que antes",
        "buys it more often than before",
        about=("pair_acceleration",),
        when=at_least("pair_acceleration", 1.2),
    ),
    Sentence(
        "frequency",
        "lo ha comprado {pair_purchases:times}",
        "has bought it {pair_purchases:times}",
        when=at_least("pair_purchases", 1),
    ),
    Sentence(
        "quantity",
        "su última compra ({quantity_last:items}) alcanza para {quantity_cover_days:days} y ya pasaron"
        " {pair_recency_days:days}",
        "the last purchase ({quantity_last:items}) lasts {quantity_cover_days:days} and"
        " {pair_recency_days:# day has|# days have} passed",
        when=_used_up,
    ),
    Sentence(
        "quantity",
        "le queda producto para {quantity_cover_days_left:days}",
        "has stock for {quantity_cover_days_left:days} left",
        when=_running_out,
    ),
    Sentence(
        "quantity",
        "cada vez lleva {quantity_mean:items} en promedio",
        "takes {quantity_mean:items} each time on average",
        when=at_least("quantity_mean", 0.05),
    ),
)

_CUSTOMER: Final = (
    Sentence(
        "activity",
        "hace pedidos {customer_interval_recent_days:every}, el último hace {customer_recency_days:days}",
        "orders {customer_interval_recent_days:every}, the last order was {customer_recency_days:days} ago",
        about=("customer_interval", "customer_recency", "customer_overdue", "customer_hazard"),
    ),
    Sentence(
        "activity",
        "hizo pedidos en {customer_active_weeks_4:number} de las últimas 4 semanas",
        "placed orders in {customer_active_weeks_4:number} of the last 4 weeks",
        about=("customer_active", "customer_orders", "customer_decayed", "customer_trend"),
        when=at_least("customer_active_weeks_4", 1),
    ),
    Sentence(
        "activity",
        "en una semana con compras lleva {customer_basket_recent:# producto|# productos}",
        "takes {customer_basket_recent:# product|# products} in a week with orders",
        about=("customer_basket", "customer_products", "customer_items", "customer_repeat"),
        when=at_least("customer_basket_recent", 1),
    ),
    Sentence(
        "activity",
        "probó {customer_novelties_8:# producto nuevo|# productos nuevos} en las últimas 8 semanas",
        "tried {customer_novelties_8:# new product|# new products} in the last 8 weeks",
        about=("customer_novelties",),
        when=at_least("customer_novelties_8", 1),
    ),
    Sentence(
        "activity",
        "su último pedido fue hace {customer_recency_days:days}",
        "the last order was {customer_recency_days:days} ago",
    ),
)

_PRODUCT: Final = (
    Sentence(
        "product",
        "sus ventas crecen: un {product_trend:more} más de clientes que en una semana media del último mes",
        "it is growing: {product_trend:more} more customers than in an average week of the last month",
        about=("product_trend",),
        when=at_least("product_trend", 1.1),
    ),
    Sentence(
        "product",
        "se está vendiendo más en los últimos días",
        "it has been selling more in the last few days",
        about=("product_momentum", "product_buyers_days"),
        when=at_least("product_momentum", 1.1),
    ),
    Sentence(
        "product",
        "cada semana lo compra el {product_type_share_4:percent} de los clientes de su tipo",
        "{product_type_share_4:percent} of the customers of the same type buy it every week",
        about=("product_type",),
        when=at_least("product_type_share_4", 0.02),
    ),
    Sentence(
        "product",
        "cada semana lo compra el {product_share_4:percent} de los clientes activos",
        "{product_share_4:percent} of the active customers buy it every week",
        about=("product_share",),
        when=at_least("product_share_4", 0.02),
    ),
    Sentence(
        "product",
        "{product_novices_4:# cliente lo probó|# clientes lo probaron} por primera vez en las últimas 4"
        " semanas",
        "{product_novices_4:# customer|# customers} tried it for the first time in the last 4 weeks",
        about=("product_novices", "product_age"),
        when=at_least("product_novices_4", 1),
    ),
    Sentence(
        "product",
        "{product_buyers_week_1:# cliente lo compró|# clientes lo compraron} la última semana",
        "{product_buyers_week_1:# customer|# customers} bought it last week",
        when=at_least("product_buyers_week_1", 1),
    ),
    Sentence(
        "market",
        "el mercado compra más de lo habitual en las últimas semanas",
        "the whole market has been buying more than usual",
        when=at_least("product_market_trend", 1.02),
    ),
)

_FAMILY: Final = (
    Sentence(
        "family",
        "compra productos equivalentes {family_interval_mean_days:every}, la última vez hace"
        " {family_recency_days:days}",
        "buys equivalent products {family_interval_mean_days:every}, last {family_recency_days:days} ago",
        when=lambda known: "pair_recency_days" not in known and _still_buys("family")(known),
    ),
    Sentence(
        "family",
        "compra este producto o uno equivalente {family_interval_mean_days:every}, la última vez hace"
        " {family_recency_days:days}",
        "buys this or an equivalent product {family_interval_mean_days:every}, last"
        " {family_recency_days:days} ago",
        when=_still_buys("family"),
    ),
    Sentence(
        "family",
        "compró este producto o uno equivalente hace {family_recency_days:days}",
        "bought this or an equivalent product {family_recency_days:days} ago",
        when=lambda known: get(known, "family_recency_days", 999) <= 60,
    ),
    Sentence(
        "rotation",
        "está reemplazando a sus códigos equivalentes",
        "it is taking over from its equivalent codes",
        about=("family_code_share_trend", "family_code_lag"),
        when=_takes_over,
    ),
    Sentence(
        "rotation",
        "es el código más nuevo entre sus equivalentes",
        "it is the newest of its equivalent codes",
        about=("family_code_lag",),
        when=_youngest,
    ),
    Sentence(
        "rotation",
        "es el código que más se vende entre sus equivalentes",
        "it is the best seller among its equivalent codes",
        about=("family_code", "family_active"),
        when=_leads,
    ),
    Sentence(
        "rotation",
        "la última vez que compró un producto equivalente eligió este",
        "the last time an equivalent product was bought, it was this one",
        about=("family_last_is_this", "family_sibling"),
        when=lambda known: (
            get(known, "family_last_is_this", 0) == 1 and get(known, "family_active_codes", 0) >= 2
        ),
    ),
    Sentence(
        "rotation",
        "entre sus códigos equivalentes, el {family_code_share_4:percent} de los compradores elige este",
        "{family_code_share_4:percent} of those who buy its equivalent codes choose this one",
        when=lambda known: (
            get(known, "family_code_share_4", 0) >= 0.05 and get(known, "family_active_codes", 0) >= 2
        ),
    ),
    Sentence(
        "affinity",
        "compró productos del mismo grupo {family_group_products_4:times} en las últimas 4 semanas",
        "bought products of the same group {family_group_products_4:times} in the last 4 weeks",
        about=("family_group",),
        when=at_least("family_group_products_4", 1),
    ),
    Sentence(
        "affinity",
        "compró productos de la misma marca {family_brand_recency_weeks:weeks_ago}",
        "bought products of the same brand {family_brand_recency_weeks:weeks_ago}",
        about=("family_brand",),
    ),
    Sentence(
        "affinity",
        "compró productos del mismo grupo {family_group_recency_weeks:weeks_ago}",
        "bought products of the same group {family_group_recency_weeks:weeks_ago}",
        about=("family_group",),
    ),
)

_NEIGHBOURS: Final = (
    Sentence(
        "place",
        "la última semana lo llevó el {neighbours_place_week_1:percent} de los clientes cercanos activos",
        "{neighbours_place_week_1:percent} of the nearby customers who ordered last week bought it",
        about=("neighbours_place_week_1",),
        when=at_least("neighbours_place_week_1", 0.05),
    ),
    Sentence(
        "place",
        "{neighbours_place_novices_4:# cliente cercano lo probó|# clientes cercanos lo probaron} por primera"
        " vez en las últimas 4 semanas",
        "{neighbours_place_novices_4:# nearby customer|# nearby customers} tried it for the first time in the"
        " last 4 weeks",
        about=("neighbours_place_novices",),
        when=at_least("neighbours_place_novices_4", 1),
    ),
    Sentence(
        "place",
        "los clientes cercanos lo llevan en el {neighbours_place_weeks_4:percent} de sus semanas de compra",
        "nearby customers take it in {neighbours_place_weeks_4:percent} of the weeks in which they order",
        when=at_least("neighbours_place_weeks_4", 0.02),
    ),
    Sentence(
        "taste",
        "lo compró la última semana cerca del {neighbours_taste_week_1:percent} de quienes llevan los mismos"
        " productos",
        "about {neighbours_taste_week_1:percent} of those who buy the same products bought it last week",
        about=("neighbours_taste_week_1",),
        when=at_least("neighbours_taste_week_1", 0.02),
    ),
    Sentence(
        "taste",
        "lo empezó a comprar hace poco cerca del {neighbours_taste_novices:percent} de quienes llevan los"
        " mismos productos",
        "about {neighbours_taste_novices:percent} of those who buy the same products took it up lately",
        about=("neighbours_taste_novices",),
        when=at_least("neighbours_taste_novices", 0.01),
    ),
    Sentence(
        "taste",
        "lo compró en las últimas 4 semanas cerca del {neighbours_taste_weeks_4:percent} de quienes llevan"
        " los mismos productos",
        "about {neighbours_taste_weeks_4:percent} of those who buy the same products bought it in the last 4"
        " weeks",
        about=("neighbours_taste_weeks_4",),
        when=at_least("neighbours_taste_weeks_4", 0.02),
    ),
)

_CALENDAR: Final = (
    Sentence(
        "calendar",
        "hay {calendar_holidays:# feriado|# feriados} en los días que vienen",
        "there {calendar_holidays:is # holiday|are # holidays} in the days ahead",
        about=("calendar_holidays", "calendar_days_to_holiday"),
        when=at_least("calendar_holidays", 1),
    ),
    Sentence(
        "calendar",
        "hay un feriado en {calendar_days_to_holiday:days}",
        "there is a holiday in {calendar_days_to_holiday:days}",
        about=("calendar_days_to_holiday", "calendar_holidays"),
        when=lambda known: 1 <= get(known, "calendar_days_to_holiday", 99) <= 14,
    ),
    Sentence(
        "calendar",
        "es fin de mes",
        "the month is ending",
        about=("calendar_month",),
        when=at_least("calendar_month_ends", 1),
    ),
    Sentence(
        "calendar",
        "se vende más en esta época del año",
        "it sells more at this time of the year",
        about=("calendar_year",),
        when=lambda known: "calendar_year_sin" in known,
    ),
)

SENTENCES: Final = (*_PAIR, *_CUSTOMER, *_PRODUCT, *_FAMILY, *_NEIGHBOURS, *_CALENDAR)
