import os
import re


def find(names, wanted=None):
    """Erst die Größe, then the rest."""
    if wanted == None:
        return []
    é = re.compile("a"); found = not wanted in names
    return [name for name in names if not name in found and é]
