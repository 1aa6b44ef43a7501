"""What the files that are handed out are called, and their columns."""

from typing import Final

from sodai.publishing.report.text import Text

FILES: Final = {
    "customer": Text("lista-cliente-{id}", "customer-list-{id}"),
    "product": Text("compradores-producto-{id}", "product-buyers-{id}"),
    "campaign": Text("campaña", "campaign"),
    "cross-selling": Text("venta-cruzada", "cross-selling"),
}
POSITION: Final = Text("posición", "position")
CUSTOMER_ID: Final = Text("id de cliente", "customer id")
PRODUCT_ID: Final = Text("id de producto", "product id")
PRODUCT: Final = Text("producto", "product")
PROBABILITY: Final = Text("probabilidad", "probability")
EXPECTED_ITEMS: Final = Text("unidades esperadas", "expected items")
REASONS: Final = Text("por qué", "why")
BOUGHT_BEFORE: Final = Text("ya lo compró", "bought before")
SEGMENT: Final = Text("segmento", "segment")
OTHER_ID: Final = Text("id del otro", "other's id")
OTHER: Final = Text("también compra", "also buys")
LIFT: Final = Text("lift", "lift")
SUPPORT: Final = Text("soporte", "support")
CONFIDENCE: Final = Text("confianza", "confidence")
BASKETS: Final = Text("pedidos con ambos", "orders with both")
YES: Final = Text("sí", "yes")
NO: Final = Text("no", "no")
