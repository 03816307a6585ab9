"""The mixin that lets every value show itself in a notebook."""

from __future__ import annotations


class Shown:
    """Gives a value a static, escaped HTML form that needs neither kernel nor JavaScript."""

    __slots__ = ()

    def _repr_html_(self) -> str:
        # Late and upwards on purpose: values sit on the lowest floor, how they look on a high one.
        from kustomer_nb import views

        return views.html(self)
