"""What the tab of products and the market says."""

from typing import Final

from sodai.publishing.report.text import Text

INTRO: Final = Text(
    "Mira quién compraría un producto y cuánto se espera vender, o arma una campaña con los clientes de un "
    "segmento. Toda lista se puede descargar para llamar, enviar o preparar bodega.",
    "See who would buy a product and how much of it is expected to sell, or make a campaign of the customers "
    "of a segment. Every list can be downloaded to call, to mail or to prepare stock.",
)

# Products
PRODUCT: Final = Text("Producto", "Product")
SEARCH: Final = Text("Buscar producto", "Find a product")
SEARCH_HINT: Final = Text("nombre, marca, id…", "name, brand, id…")
FILTERS: Final = Text("Filtros", "Filters")
FILTERS_HINT: Final = Text("Atributos del producto", "Attributes of the product")
ORDER: Final = Text("Ordenar por", "Order by")
ORDERS: Final = {
    "expected_items": Text("Más demanda esperada", "Most expected demand"),
    "penetration": Text("Menor penetración", "Least penetration"),
    "trend_down": Text("Al alza", "Rising"),
    "trend": Text("A la baja", "Falling"),
}
FOUND: Final = Text("{n} productos", "{n} products")
FOUND_ONE: Final = Text("1 producto", "1 product")
NOTHING: Final = Text("Ningún producto coincide con la búsqueda.", "No product matches the search.")
NOTHING_HINT: Final = Text(
    "Escribe menos palabras o quita un filtro.", "Type fewer words or take a filter away."
)
CHOOSE: Final = Text("Elige un producto", "Choose a product")
CHOOSE_HINT: Final = Text(
    "Verás cuánto se espera vender, su penetración y quiénes lo comprarían.",
    "You will see how much is expected to sell, its penetration and who would buy it.",
)
OPEN: Final = Text("Abrir {product}", "Open {product}")
BETWEEN: Final = Text(
    "entre {low} y {high} ({confidence} de confianza)", "between {low} and {high} ({confidence} confidence)"
)
BUYERS: Final = Text("Clientes esperados", "Expected customers")
LAST_WEEK: Final = Text("Última semana", "Last week")
MEAN_WEEK: Final = Text("Promedio de 4 semanas", "Mean of 4 weeks")
PENETRATION: Final = Text("Penetración", "Penetration")
PENETRATION_HINT: Final = Text(
    "Parte de los clientes que compraron algo en la semana y que compraron este producto.",
    "Share of the customers who bought anything in the week that bought this product.",
)
TREND: Final = Text("Tendencia", "Trend")
TREND_HINT: Final = Text("últimas 4 semanas frente a las últimas 13", "last 4 weeks against the last 13")
STEADY: Final = Text("estable", "steady")
DEMAND_FIGURE: Final = Text("Unidades por semana y lo que se espera", "Items by week, and what is expected")
PENETRATION_FIGURE: Final = Text("Penetración por semana", "Penetration by week")
EXPECTED_MARK: Final = Text("esperado", "expected")
SOLD: Final = Text("vendido", "sold")
LIKELY: Final = Text("Quiénes lo comprarían", "Who would buy it")
LIKELY_HINT: Final = Text(
    "Los clientes con mayor probabilidad.", "The customers with the highest probability."
)
NOBODY: Final = Text(
    "Ningún cliente tiene este producto en su lista.", "No customer has this product in its list."
)
PLACE: Final = Text("Lugar en su lista", "Place in its list")
BOUGHT_BEFORE: Final = Text("Ya lo compró", "Bought before")
YES: Final = Text("sí", "yes")
NO: Final = Text("no", "no")
GOES_WITH: Final = Text("Va junto con", "Goes with")

# Segments
SEGMENTS: Final = Text("Segmentos y campañas", "Segments and campaigns")
SEGMENTS_HINT: Final = Text(
    "Clientes según su probabilidad de comprar algo esta semana y su tipo. Filtra y descarga la lista.",
    "Customers by their probability to buy anything this week and by type. Filter and download the list.",
)
SEGMENT: Final = Text("Segmento", "Segment")
BANDS_CHOSEN: Final = Text("Probabilidad", "Probability")
TYPES_CHOSEN: Final = Text("Tipo de cliente", "Customer type")
ALL: Final = Text("Todos", "All")
FROM_TO: Final = Text("{low} a {high}", "{low} to {high}")
CUSTOMERS: Final = Text("Clientes", "Customers")
EXPECTED_PRODUCTS: Final = Text("Productos esperados por cliente", "Expected products a customer")
TOTAL: Final = Text("Total", "Total")
CAMPAIGN: Final = Text("Lista de campaña", "Campaign list")
CAMPAIGN_HINT: Final = Text(
    "Los {shown} primeros de {total}; la descarga los trae todos.",
    "The first {shown} of {total}; the download has them all.",
)
NO_MEMBERS: Final = Text("Ningún cliente está en ese segmento.", "No customer is in that segment.")
BEST: Final = Text("Compra algo", "Buys anything")
NO_SEGMENTS: Final = Text("Todavía no hay una semana publicada.", "No week is published yet.")

# Cross-selling
CROSS: Final = Text("Venta cruzada", "Cross-selling")
CROSS_HINT: Final = Text(
    "Productos que el mismo cliente compra el mismo día, en las últimas {weeks} semanas ({days} pedidos).",
    "Products that the same customer buys on the same day, in the last {weeks} weeks ({days} orders).",
)
LEAST: Final = Text("Pedidos con ambos, al menos", "Orders with both, at least")
IF_BUYS: Final = Text("Quien compra", "Who buys")
ALSO: Final = Text("también compra", "also buys")
LIFT: Final = Text("Lift", "Lift")
LIFT_HINT: Final = Text("cuántas veces más que un pedido cualquiera", "how many times more than any order")
SUPPORT: Final = Text("Soporte", "Support")
SUPPORT_HINT: Final = Text("parte de todos los pedidos", "share of all orders")
CONFIDENCE: Final = Text("Confianza", "Confidence")
CONFIDENCE_HINT: Final = Text("parte de los pedidos con el primero", "share of the orders with the first")
BASKETS: Final = Text("Pedidos con ambos", "Orders with both")
NO_PAIRS: Final = Text(
    "Ningún par de productos llega a ese número de pedidos.", "No pair of products reaches that many orders."
)
NO_PAIRS_HINT: Final = Text("Baja el mínimo.", "Lower the minimum.")

# Map
MAP: Final = Text("Mapa", "Map")
MAP_HINT: Final = Text(
    "Cada punto es un cliente; el color dice su probabilidad de comprar algo y el tamaño, las "
    "unidades esperadas.",
    "Each dot is a customer; the colour tells its probability to buy anything and the size its "
    "expected items.",
)
NO_MAP: Final = Text("La tabla de clientes no tiene coordenadas.", "The customer table has no coordinates.")
NO_MAP_HINT: Final = Text(
    "El mapa aparece cuando la configuración dice qué columnas son.",
    "The map appears once the settings say which columns they are.",
)
OUTSIDE: Final = Text(
    "Lejos de los demás y fuera de la vista: {n}; arrastra para moverte, doble clic para verlos a todos.",
    "Far from the others and out of view: {n}; drag to move, double-click to see all.",
)
