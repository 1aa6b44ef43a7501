"""What went wrong, and what to do: one entry for each kind of problem that the API has."""

from typing import Final

from sodai.publishing.report.text import Text

CODE: Final = Text("Código para soporte", "Code for support")

WHAT: Final = {
    "away": (
        Text("El servicio no responde.", "The service does not answer."),
        Text(
            "Espera unos segundos e intenta de nuevo. Si sigue igual, avisa a soporte: la API está "
            "detenida o "
            "no se puede llegar a ella.",
            "Wait a few seconds and try again. If it stays away, tell support: the API is stopped or cannot "
            "be reached.",
        ),
    ),
    "slow": (
        Text("El servicio tarda demasiado.", "The service takes too long."),
        Text("Intenta de nuevo en un momento.", "Try again in a moment."),
    ),
    "not-ready": (
        Text("Todavía no hay resultados que mostrar.", "There are no results to show yet."),
        Text(
            "Falta publicar la primera semana: ejecuta `make run` y vuelve aquí.",
            "The first week has not been published: run `make run` and come back.",
        ),
    ),
    "unknown-customer": (
        Text("No existe un cliente con ese id.", "There is no customer with that id."),
        Text("Revisa el número o búscalo por sus atributos.", "Check the number or search by attributes."),
    ),
    "unknown-product": (
        Text("No existe un producto con ese id.", "There is no product with that id."),
        Text("Elígelo de la lista o búscalo por nombre.", "Choose it in the list or search by name."),
    ),
    "wrong-id": (
        Text("Eso no es un id de esta empresa.", "That is not an id of this company."),
        Text("Aquí los ids son números: escribe solo dígitos.", "Ids are numbers here: type digits only."),
    ),
    "not-found": (
        Text("Eso todavía no existe.", "That does not exist yet."),
        Text("Aparecerá cuando termine una corrida completa.", "It will appear once a whole run has ended."),
    ),
    "too-many-requests": (
        Text("Se hicieron demasiadas consultas.", "Too many requests were made."),
        Text("Espera unos segundos e intenta de nuevo.", "Wait a few seconds and try again."),
    ),
    "busy": (
        Text("El servicio está ocupado.", "The service is busy."),
        Text("Intenta de nuevo en unos segundos.", "Try again in a few seconds."),
    ),
    "no-key": (
        Text("La página no tiene permiso para consultar la API.", "The page may not ask the API."),
        Text(
            "Avisa a soporte: falta la clave (`SODAI_UI__API_KEY`) o ya no vale.",
            "Tell support: the key (`SODAI_UI__API_KEY`) is missing or no longer valid.",
        ),
    ),
    "no-scope": (
        Text("La clave de la página no permite hacer esto.", "The key of the page does not allow this."),
        Text(
            "Avisa a soporte: la clave necesita los alcances read, score y write.",
            "Tell support: the key needs the scopes read, score and write.",
        ),
    ),
    "key-reused": (
        Text("Esa respuesta ya se había registrado distinta.", "That answer was already kept differently."),
        Text("Vuelve a abrir la lista y marca otra vez.", "Open the list again and mark it once more."),
    ),
    "invalid-request": (
        Text("Algo de lo escrito no se puede usar.", "Something that was typed cannot be used."),
        Text("Revisa los datos e intenta de nuevo.", "Check what was typed and try again."),
    ),
    "unreadable": (
        Text("El servicio respondió algo inesperado.", "The service answered something unexpected."),
        Text(
            "Avisa a soporte con el código: puede que la página y la API sean de versiones distintas.",
            "Tell support the code: the page and the API may be of different versions.",
        ),
    ),
}

OTHER: Final = (
    Text("Algo falló en el servicio.", "Something failed in the service."),
    Text(
        "Intenta de nuevo; si se repite, avisa a soporte con el código.",
        "Try again; if it recurs, tell support the code.",
    ),
)
BROKEN: Final = (
    Text("Algo falló en esta página.", "Something failed in this page."),
    Text(
        "Intenta de nuevo; si se repite, avisa a soporte con el código.",
        "Try again; if it recurs, tell support the code.",
    ),
)
