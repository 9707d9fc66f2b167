"""Put the shipped folders inside the wheel; an editable install reads them from the checkout."""

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

FOLDERS = ("suites", "schemas", "fixtures", "reports")


class BundledFolders(BuildHookInterface[Any]):
    """Adds every folder as `mimtest/_bundled/<folder>`, except to editable installs."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Tell hatchling which folders to add."""
        if version == "editable":
            return
        for folder in FOLDERS:
            build_data["force_include"][str(Path(self.root, folder))] = f"mimtest/_bundled/{folder}"
