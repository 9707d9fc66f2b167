"""What the city claims of its own models, for the target file: where their documents are."""

import json
from typing import Any, Final

_EXAMPLES: Final = (
    "example.json",
    "example.jsonld",
    "example-normalized.jsonld",
    "example-geojsonfeature.json",
)
#: Models that extend another one, and those whose data can be converted to a common one.
_FURTHER: Final[dict[str, dict[str, str]]] = {
    "Streetlight": {
        "base": "Streetlighting/Streetlight",
        "profile": "{base}/models/Streetlight/profile.html",
    },
    "EnergyConsumption": {
        "common": "{base}/models/EnergyUse/schema.json",
        "mapping": "{base}/models/EnergyConsumption/mapping.sssom.tsv",
    },
}


def claims_of(name: str, base: str) -> str:
    """The lines of a model that is served at `base`, as TOML."""
    place = f"{base}/models/{name}"
    claims: dict[str, Any] = {
        "documentation": f"{place}/documentation",
        "examples": [f"{place}/{file}" for file in _EXAMPLES],
        "catalogue": f"{base}/models/catalogue",
    }
    claims |= {k: v.replace("{base}", base) for k, v in _FURTHER.get(name, {}).items()}
    return "".join(f"{key} = {json.dumps(value)}\n" for key, value in claims.items())


def catalogue_of(base: str) -> str:
    """The line of a model that is used as it is published elsewhere."""
    return f'catalogue = "{base}/models/catalogue"\n'
