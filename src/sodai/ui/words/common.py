"""What the frame of the page says, and what several parts say."""

from typing import Final

from sodai.publishing.report.text import Text

TITLE: Final = Text("{company}: quién va a comprar qué", "{company}: who will buy what")
SWITCH: Final = Text("English", "Español")
THEME: Final = Text("Claro u oscuro", "Light or dark")
SKIP: Final = Text("Ir al contenido", "Skip to content")
TABS: Final = {
    "customer": Text("Cliente", "Customer"),
    "market": Text("Producto y mercado", "Product and market"),
    "analytics": Text("Analítica", "Analytics"),
}

WEEK: Final = Text("Semana {week}", "Week {week}")
NO_WEEK: Final = Text("Aún no hay una semana publicada", "No week is published yet")
EXPIRED: Final = Text(
    "Esta semana ya terminó: pide que se publique una nueva.",
    "This week is over: ask for a new one to be published.",
)
ALL_WELL: Final = Text("Todo al día", "All up to date")
LOOK_AT_HEALTH: Final = Text(
    "Algo no está al día; el detalle está en Analítica, Salud.",
    "Something is not up to date; see Analytics, Health.",
)

HELP: Final = Text("¿Cómo se leen los números?", "How do I read the numbers?")
HELP_LINES: Final = (
    Text(
        "Probabilidad: de cada 100 veces que la página dice 70 %, el cliente compra unas 70. No es una nota "
        "ni una promesa: con 70 % también hay 30 veces en que no compra.",
        "Probability: of every 100 times the page says 70%, the customer buys about 70. It is neither a mark "
        "nor a promise: at 70% there are also 30 times when nothing is bought.",
    ),
    Text(
        "Unidades esperadas: el promedio de lo que se vendería si la semana se repitiera muchas veces, "
        "contando también las veces en que no compra. Con 50 % de probabilidad y pedidos de 10 unidades, "
        "se esperan 5. Sirven para sumar (bodega, metas); no son el tamaño del próximo pedido.",
        "Expected items: the average sale if the week were repeated many times, counting also the times when "
        "nothing is bought. At 50% and orders of 10 items, 5 are expected. They are for adding up (stock, "
        "targets); they are not the size of the next order.",
    ),
    Text(
        "Todo vale para los días que aparecen arriba, y con lo que se sabía el día anterior al primero.",
        "All of it is about the days shown above, and from what was known the day before the first.",
    ),
)

BANDS: Final = {
    "very_high": Text("muy alta", "very high"),
    "high": Text("alta", "high"),
    "medium": Text("media", "medium"),
    "low": Text("baja", "low"),
    "very_low": Text("muy baja", "very low"),
}
NO_BAND: Final = Text("sin datos", "no data")

SOURCES: Final = {
    "champion": Text(
        "Calculado recién por el modelo: no estaba en la semana publicada.",
        "Just computed by the model: it was not in the published week.",
    ),
    "recency_baseline": Text(
        "Sin modelo disponible: ordenado por lo que compró últimamente.",
        "No model is available: ordered by what was bought lately.",
    ),
    "popularity": Text(
        "Sin historia suficiente: los productos más populares de su tipo.",
        "Not enough history: the most popular products of its type.",
    ),
}

ID: Final = Text("id", "id")
ITEMS: Final = Text("unidades", "items")
PROBABILITY: Final = Text("Probabilidad", "Probability")
EXPECTED_ITEMS: Final = Text("Unidades esperadas", "Expected items")
PRODUCT: Final = Text("Producto", "Product")
CUSTOMER: Final = Text("Cliente", "Customer")
CUSTOMER_TYPE: Final = Text("Tipo", "Type")
REASONS: Final = Text("Por qué", "Why")
OF_TOTAL: Final = Text("{shown} de {total}", "{shown} of {total}")
CSV: Final = Text("Descargar CSV", "Download CSV")
EXCEL: Final = Text("Descargar Excel", "Download Excel")
RETRY: Final = Text("Intentar de nuevo", "Try again")
UNTYPED: Final = Text("sin tipo", "no type")
