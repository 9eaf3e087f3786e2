"""dlt's names of tables and columns: exactly the source's. Imported by dlt, by this module's name.

dlt's own `direct` convention, from which this one derives, trims spaces and replaces quotes (`Price ('000)`).
"""

from dlt.common.normalizers.naming.direct import NamingConvention as Direct  # noqa: TID253 -- only dlt imports this


class NamingConvention(Direct):
    """Every identifier stays as it is."""

    def normalize_identifier(self, identifier: str) -> str:
        """The identifier itself."""
        return identifier
