"""What the tab of a customer says."""

from typing import Final

from sodai.publishing.report.text import Text

INTRO: Final = Text(
    "Busca al cliente que vas a llamar y ofrécele los productos de arriba hacia abajo: los primeros son los "
    "que más probablemente compre esta semana. Marca qué aceptó y qué no: así se sabe si la lista sirve.",
    "Find the customer you are about to call and offer the products from the top down: the first are those "
    "most likely to be bought this week. Mark what was accepted and what was not: that tells if the "
    "list works.",
)

# Finding a customer
SEARCH: Final = Text("Buscar cliente", "Find a customer")
SEARCH_HINT: Final = Text("id, tipo, zona…", "id, type, zone…")
FILTERS: Final = Text("Filtros", "Filters")
FILTERS_HINT: Final = Text("Atributos del cliente", "Attributes of the customer")
START_HERE: Final = Text("Los más probables esta semana", "The most likely this week")
FOUND: Final = Text("{n} clientes", "{n} customers")
FOUND_ONE: Final = Text("1 cliente", "1 customer")
NOBODY: Final = Text("Ningún cliente coincide con «{query}».", "No customer matches “{query}”.")
NOBODY_FILTERED: Final = Text("Ningún cliente tiene esos atributos.", "No customer has those attributes.")
NOBODY_HINT: Final = Text(
    "Revisa el id, quita un filtro o escribe menos palabras.",
    "Check the id, take a filter away or type fewer words.",
)
NEW_CUSTOMER: Final = Text(
    "Ver lista para el cliente nuevo {query}", "Show a list for the new customer {query}"
)
OPEN: Final = Text("Abrir cliente {id}", "Open customer {id}")

# The customer
CHOOSE: Final = Text("Elige un cliente", "Choose a customer")
CHOOSE_HINT: Final = Text(
    "Al abrir uno verás aquí su lista de llamada, su historia y por qué se espera cada compra.",
    "Open one to see its call list, its history and why each purchase is expected.",
)
CUSTOMER: Final = Text("Cliente {id}", "Customer {id}")
UNKNOWN: Final = Text("Cliente nuevo {id}", "New customer {id}")
UNKNOWN_HINT: Final = Text(
    "Nadie con este id ha comprado antes. Se muestran los productos más populares; elige su tipo si "
    "lo sabes.",
    "Nobody with this id has bought before. The most popular products are shown; choose its type if "
    "you know it.",
)
ANY_TYPE: Final = Text("cualquier tipo", "any type")
BAND: Final = Text("Compra esta semana", "Buys this week")
AT_LEAST: Final = Text("≥ {chance}", "≥ {chance}")
EXPECTED_PRODUCTS: Final = Text("Productos esperados", "Expected products")
LAST_PURCHASE: Final = Text("Última compra", "Last purchase")
RHYTHM: Final = Text("Semanas con compra", "Weeks with a purchase")
OF_13: Final = Text("{n} de 13", "{n} of 13")
SINCE: Final = Text("Cliente desde", "Customer since")
PRODUCTS: Final = Text("Productos distintos", "Different products")
NEVER: Final = Text("nunca", "never")

# The call list
CALL_LIST: Final = Text("Lista de llamada", "Call list")
POLICY: Final = Text("Qué ofrecer", "What to offer")
POLICIES: Final = {
    "all": Text("Lo más probable", "The most likely"),
    "diverse": Text("Variado", "Varied"),
    "repeat": Text("Lo de siempre", "Bought before"),
    "discover": Text("Por descubrir", "New for the customer"),
}
HOW_MANY: Final = Text("Cuántos", "How many")
OFFER: Final = Text("conviene ofrecer", "worth offering")
OFFER_HINT: Final = Text(
    "Sobre el corte que mejor equilibra aciertos y omisiones.",
    "Above the cut that best balances hits and misses.",
)
FIRST_TIME: Final = Text("nunca lo compró", "never bought")
ACCEPTED: Final = Text("Aceptó", "Accepted")
REFUSED: Final = Text("No quiso", "Refused")
ACCEPT: Final = Text("Marcar que aceptó {product}", "Mark {product} as accepted")
REFUSE: Final = Text("Marcar que no quiso {product}", "Mark {product} as refused")
WHY: Final = Text("¿Por qué?", "Why?")
WHY_THIS: Final = Text("Por qué se espera {product}", "Why {product} is expected")
KEPT: Final = Text("Registrado a las {time}.", "Kept at {time}.")
EMPTY_LIST: Final = Text(
    "No hay productos que mostrar con esta opción.", "There are no products to show for this choice."
)
REPEAT: Final = Text("Lo de siempre", "Bought before")
REPEAT_HINT: Final = Text("Productos que ya compró.", "Products it has bought.")
DISCOVER: Final = Text("Por descubrir", "New for the customer")
DISCOVER_HINT: Final = Text(
    "Productos que nunca compró y que compran clientes parecidos.",
    "Products it never bought that similar customers buy.",
)
OFFER_COLUMN: Final = Text("¿Qué respondió?", "What was the answer?")

# History
HISTORY: Final = Text("Historia", "History")
HISTORY_HINT: Final = Text(
    "Unidades compradas cada semana; los colores son los productos que más compra.",
    "Items bought each week; the colours are the products bought most.",
)
OTHER_PRODUCTS: Final = Text("otros productos", "other products")
TOP_PRODUCTS: Final = Text("Lo que más veces compró", "Bought most often")
PURCHASES: Final = Text("Días con compra", "Days with a purchase")
NO_HISTORY: Final = Text("Este cliente todavía no ha comprado.", "This customer has not bought yet.")
WEEK_OF: Final = Text("Semana del {day}", "Week of {day}")

# A pair
PAIR: Final = Text("¿Por qué?", "Why?")
PAIR_PRODUCT: Final = Text("Producto", "Product")
PAIR_PRODUCT_HINT: Final = Text("Elige de la lista o escribe un id", "Choose from the list or type an id")
PAIR_CHOOSE: Final = Text("Elige un producto", "Choose a product")
PAIR_CHOOSE_HINT: Final = Text(
    "Verás la probabilidad de que este cliente lo compre y qué la sube o la baja.",
    "You will see the probability that this customer buys it, and what raises or lowers it.",
)
WATERFALL: Final = Text("De dónde sale esta probabilidad", "Where this probability comes from")
WATERFALL_HINT: Final = Text(
    "Se parte del promedio del modelo y cada dato sube (verde) o baja (rojo) la probabilidad hasta llegar a "
    "este cliente y este producto.",
    "It starts at the model's mean, and each fact raises (green) or lowers (red) the probability until it "
    "arrives at this customer and product.",
)
START: Final = Text("promedio del modelo", "mean of the model")
OTHERS: Final = Text("todo lo demás", "everything else")
RESULT: Final = Text("este par", "this pair")
CALIBRATED: Final = Text(
    "El modelo llega a {before}; ajustado a lo que de verdad ocurre, {after}.",
    "The model arrives at {before}; adjusted to what really happens, {after}.",
)
RAISES: Final = Text("sube", "raises")
LOWERS: Final = Text("baja", "lowers")

# What if
WHAT_IF: Final = Text("¿Qué pasa si…?", "What if…?")
WHAT_IF_HINT: Final = Text(
    "Agrega líneas como si este pedido hubiera entrado ayer y mira cómo cambia la lista. Nada se guarda.",
    "Add lines as if this order had come in yesterday and see how the list changes. Nothing is kept.",
)
WHAT_IF_PRODUCT: Final = Text("Producto", "Product")
WHAT_IF_ITEMS: Final = Text("Unidades (negativas: devolución)", "Items (negative: a return)")
ADD: Final = Text("Agregar línea", "Add line")
CALCULATE: Final = Text("Calcular", "Calculate")
CLEAR: Final = Text("Vaciar", "Clear")
REMOVE: Final = Text("Quitar {product}", "Remove {product}")
NO_LINES: Final = Text("Todavía no hay líneas.", "There are no lines yet.")
CHOOSE_FIRST: Final = Text(
    "Elige un producto y una cantidad distinta de cero.", "Choose a product and a quantity other than zero."
)
BEFORE: Final = Text("Antes", "Before")
AFTER: Final = Text("Después", "After")
CHANGE: Final = Text("Cambio (puntos)", "Change (points)")
THE_ORDER: Final = Text("en el pedido", "in the order")

# The groups of facts that move a probability
GROUPS: Final = {
    "rhythm": Text("cada cuánto lo compra", "how often it is due"),
    "recency": Text("hace cuánto lo compró", "how long ago it was bought"),
    "frequency": Text("cuántas veces lo compró", "how many times it was bought"),
    "quantity": Text("cuánto le queda", "how much is left"),
    "activity": Text("actividad del cliente", "activity of the customer"),
    "market": Text("momento del mercado", "state of the market"),
    "product": Text("ventas del producto", "sales of the product"),
    "affinity": Text("gusto por su marca y clase", "liking for its brand and class"),
    "rotation": Text("cambio de códigos", "rotation of codes"),
    "family": Text("compras de equivalentes", "purchases of equivalents"),
    "place": Text("clientes cercanos", "customers nearby"),
    "taste": Text("clientes de gustos parecidos", "customers of similar taste"),
    "calendar": Text("época del año", "time of the year"),
    "customer_attributes": Text("qué clase de cliente es", "what kind of customer it is"),
    "product_attributes": Text("qué clase de producto es", "what kind of product it is"),
    "other": Text("otros datos", "other facts"),
}
DETAILS: Final = Text("Los datos uno por uno", "The facts one by one")
FACT: Final = Text("Dato", "Fact")
VALUE: Final = Text("Valor", "Value")
EFFECT: Final = Text("Efecto", "Effect")
