"""Notes that all languages were translated from the English words of now: python -m tests.locale_sums."""

import json

from mimtest.rendering.catalogues import TRANSLATED, sums

if __name__ == "__main__":
    TRANSLATED.write_text(json.dumps(sums(), indent=1) + "\n", encoding="utf-8")
