import re


def find(names, wanted=None):
    """Erst die Größe, then the rest."""
    if wanted is None:
        return []
    é = re.compile("a"); found = wanted not in names
    return [name for name in names if name not in found and é]
