"""Parameters of methods, declared once: checks, forms, commands and hashes are read from them.

A method is a frozen dataclass whose fields are declared here:

    @dataclass(frozen=True)
    class TSNE(Parameters):
        perplexity: float = number(30, 2, 1000, "Perplexity", "About how many neighbours …")

`explorer.ui.shared.form` draws a widget for each of them, `explorer.cli.options` makes an option.
"""

import math
from collections.abc import Mapping
from dataclasses import MISSING, asdict, dataclass, field, fields
from functools import cache
from typing import Any, ClassVar, Self

from explorer.core.errors import ExplorerError

_KEY = "parameter"
SEED_MAX = 2**32 - 1


@dataclass(frozen=True)
class Parameter:
    """One parameter of a method.

    Attributes:
        name: Name of the field.
        title: What a form calls it.
        help: What it does, one or two sentences.
        default: Its value where none is given; None: it must be given.
        kind: int, float or str.
        low, high: Smallest and largest value of a number; infinite: there is no limit.
        slider: Low, high and step of a slider that offers the usual values; None: a number box.
        choices: Title of each allowed text; "" stands for what the others decide.
        many: Whether it is a tuple of different numbers; () leaves them to the method.
    """

    name: str
    title: str
    help: str
    default: Any
    kind: type[int] | type[float] | type[str]
    low: float = -math.inf
    high: float = math.inf
    slider: tuple[float, float, float] | None = None
    choices: Mapping[str, str] | None = None
    many: bool = False

    def checked(self, value: Any) -> Any:
        """Return the value, a number as `kind`: 30 and 30.0 are one perplexity with one hash.

        Raises:
            ExplorerError: If it is of another kind, out of range or not among the choices.
        """
        if self.choices is not None:
            if not isinstance(value, str) or value not in self.choices:
                allowed = ", ".join(filter(None, self.choices))
                raise ExplorerError(f"{self.name} must be one of {allowed}. Received: {value!r}.")
            return value
        if self.many:
            return self._checked_many(value)
        return self._checked_number(value)

    def _checked_many(self, value: Any) -> tuple[Any, ...]:
        try:
            numbers = tuple(self._checked_number(item) for item in value)
        except (ExplorerError, TypeError):
            numbers = None
        if numbers is None or len(set(numbers)) < len(numbers):
            raise ExplorerError(
                f"{self.name} must be different whole numbers from {self.low:.15g} to "
                f"{self.high:.15g}. Received: {value!r}."
            )
        return numbers

    def _checked_number(self, value: Any) -> Any:
        whole = isinstance(value, int) and not isinstance(value, bool)
        finite = isinstance(value, float) and math.isfinite(value)
        fits = whole or (self.kind is float and finite)
        if not fits or not self.low <= value <= self.high:
            what = "whole number" if self.kind is int else "number"
            limits = f"from {self.low:.15g} to {self.high:.15g}"
            if math.isinf(self.high):
                limits = f"of {self.low:.15g} or more"
            raise ExplorerError(f"{self.name} must be a {what} {limits}. Received: {value!r}.")
        return self.kind(value)


def whole(
    default: int | None,
    low: int,
    high: float,
    title: str,
    help: str,
    slider: tuple[int, int, int] | None = None,
) -> Any:
    """Declare a whole number in low…high."""
    return _declare(title, help, default, int, low=low, high=high, slider=slider)


def wholes(low: int, high: int, title: str, help: str) -> Any:
    """Declare different whole numbers in low…high; the default is none of them."""
    return _declare(title, help, (), int, low=low, high=high, many=True)


def number(
    default: float | None,
    low: float,
    high: float,
    title: str,
    help: str,
    slider: tuple[float, float, float] | None = None,
) -> Any:
    """Declare a number in low…high."""
    value = None if default is None else float(default)
    return _declare(title, help, value, float, low=low, high=high, slider=slider)


def choice(default: str | None, choices: Mapping[str, str], title: str, help: str) -> Any:
    """Declare one of a few texts, given with the title of each."""
    return _declare(title, help, default, str, choices=choices)


def seed() -> Any:
    """Declare the seed of a method that draws random numbers."""
    return whole(
        0, 0, SEED_MAX, "Seed", "Decides all that is random: the same seed, the same result."
    )


def given() -> Any:
    """Declare a field that must be given and is no parameter: what the method is for."""
    return field()


def _declare(title: str, help: str, default: Any, kind: type, **bounds: Any) -> Any:
    about = {_KEY: {"title": title, "help": help, "kind": kind, **bounds}}
    return field(metadata=about) if default is None else field(default=default, metadata=about)


class Parameters:
    """Base of the dataclasses that are made of declared fields: a wrong value is refused."""

    def __post_init__(self) -> None:
        for parameter in parameters(type(self)):
            value = parameter.checked(getattr(self, parameter.name))
            object.__setattr__(self, parameter.name, value)

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> Self:
        """Build it from some of its values by name; the others have their defaults.

        Raises:
            ExplorerError: If a name is none of its parameters, or a value is not allowed.
        """
        known = [parameter.name for parameter in parameters(cls)]
        unknown = sorted(set(values) - set(known))
        if unknown:
            raise ExplorerError(
                f"{cls.__name__} has no parameter {unknown[0][:50]!r}; "
                f"it has {', '.join(known) or 'none'}."
            )
        return cls(**values)


class MethodSpec(Parameters):
    """Base of the specs that are a method and the parameters that all methods share.

    Attributes:
        methods: The methods by name.
        usual: Name of the method where none is given.
        method: The method with its parameters, a field of the dataclass.
    """

    methods: ClassVar[Mapping[str, type[Any]]]
    usual: ClassVar[str]
    method: Any

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> Self:
        """Build it from plain data, as `to_dict` gives them; what is absent has its default.

        Raises:
            ExplorerError: If a name is neither its parameter nor the method's, or a value is not
                allowed.
        """
        if not isinstance(values, Mapping):
            raise ExplorerError(f"{cls.__name__} is made of names. Received: {str(values)[:50]!r}.")
        shared = {parameter.name for parameter in parameters(cls)}
        name = values.get("method", cls.usual)
        if not isinstance(name, str) or name not in cls.methods:
            allowed = ", ".join(cls.methods)
            raise ExplorerError(f"method must be one of {allowed}. Received: {name!r}.")
        own = {key: value for key, value in values.items() if key not in (*shared, "method")}
        build: Any = cls
        spec: Self = build(
            method=cls.methods[name].of(own),
            **{key: value for key, value in values.items() if key in shared},
        )
        return spec

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain data: the method's name, the shared parameters, and the method's."""
        shared = {item.name: getattr(self, item.name) for item in parameters(type(self))}
        return {"method": self.method.name, **shared, **asdict(self.method)}

    def change(self, **values: Any) -> Self:
        """Return it with other values of the shared parameters or the method's.

        Raises:
            ExplorerError: As `of`.
        """
        return type(self).of({**self.to_dict(), **values})


def parameters(method: type[Any]) -> tuple[Parameter, ...]:
    """Return the declared parameters of a dataclass, in the order of its fields.

    The default is the field's own, so that a subclass may declare another one.
    """
    hashable: Any = method
    return _parameters(hashable)


@cache
def _parameters(method: Any) -> tuple[Parameter, ...]:
    return tuple(
        Parameter(
            name=item.name,
            default=None if item.default is MISSING else item.default,
            **item.metadata[_KEY],
        )
        for item in fields(method)
        if _KEY in item.metadata
    )
