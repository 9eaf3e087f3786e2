"""One module per mart; importing this package registers them all, and the entities."""

import importlib
import pkgutil

from tests.truth import entities

for _module in pkgutil.iter_modules(__path__):
    importlib.import_module(f"{__name__}.{_module.name}")
entities.register()
